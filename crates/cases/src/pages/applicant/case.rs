//! One's own case: where it stands, how many days are left, what to do next, and everything on file.

use axum::extract::{Path, State};
use db::history::Entry;
use identity::Person;
use web::{Answer, App, Page, PageCx, html};

use super::status::{Status, status};
use super::upload::Shown;
use crate::case::{Case, CasePaper, Delivery, Sealing};
use crate::letters::Office;
use crate::stage::{Outcome, Stage};
use crate::{actions, store};

struct PaperLine {
    title: &'static str,
    number: String,
    on: String,
    href: String,
    /// The sealed original.
    ofd: Option<String>,
    waits_for_seal: bool,
    /// Served electronically and not opened yet.
    unread: bool,
}

struct Bundle {
    name: String,
    files: Vec<Shown>,
}

struct Event {
    when: String,
    what: &'static str,
    who: &'static str,
}

/// What the person should do now.
struct Todo {
    tone: &'static str,
    title: String,
    says: String,
    action: Option<(&'static str, String)>,
}

#[derive(askama::Template)]
#[template(path = "case/case.html")]
struct CasePage {
    page: Page,
    base: String,
    case: Case,
    matter: String,
    office: Office,
    status: Status,
    arrived: String,
    todo: Option<Todo>,
    papers: Vec<PaperLine>,
    bundles: Vec<Bundle>,
    events: Vec<Event>,
    has_ledger: bool,
    may_withdraw: bool,
    /// Laws the matter stands on, in the version that was in force when the application arrived.
    laws: Vec<(String, String)>,
}

pub async fn show(
    State(app): State<App>,
    cx: PageCx,
    person: Person,
    Path((bureau, id)): Path<(String, String)>,
) -> Answer {
    let case = actions::mine(&app, &person.subject, &bureau, &id).await?;
    let mut db = app.db.clone();
    let terms = actions::terms_of(&app, &mut db, &case).await?;
    let history = db::history::read(&mut db, &bureau, "case", &id).await?;
    let task = store::open_task_of(&mut db, &bureau, &id).await?;
    let papers = store::papers_of(&mut db, &bureau, &id).await?;
    let deliveries = store::deliveries(&mut db, &bureau, &id).await?;
    let materials = store::materials(&mut db, &bureau, &id).await?;
    let base = format!("/cases/{bureau}/{id}");
    let bundle = |spec: &catalog::MaterialSpec| {
        let mine = materials.iter().filter(|one| one.slot == spec.key);
        let files = mine.map(|one| Shown::of(one, format!("{base}/materials/{}", one.id)));
        Bundle { name: spec.name.clone(), files: files.collect() }
    };
    let bundles = terms.business().materials.iter().map(bundle).filter(|bundle| !bundle.files.is_empty());
    let papers: Vec<PaperLine> = papers
        .iter()
        .filter(|paper| actions::open_to_applicant(paper.kind, &case.stage))
        .map(|paper| paper_line(paper, &deliveries, &base))
        .collect();
    html(&CasePage {
        page: cx.page(format!("办件 {}", case.number)).crumb("我的办件", "/me/cases"),
        matter: terms.matter(),
        laws: laws(&terms.item, web::clock::office_day(case.received_at)),
        status: status(&case, &terms, &history, task.as_ref(), app.today(), &app.calendar()),
        arrived: web::text::millis(case.received_at),
        todo: todo(&case, &papers, &base, again(&app, &case)),
        bundles: bundles.collect(),
        events: history.iter().filter_map(|entry| event(entry, &case)).collect(),
        has_ledger: case.stage.running().is_some(),
        may_withdraw: case.stage.open_steps().contains(&"withdraw"),
        office: terms.office,
        papers,
        base,
        case,
    })
}

/// Each law once. Where no version of that day is kept the link leads to the one that is.
fn laws(item: &catalog::Item, day: jiff::civil::Date) -> Vec<(String, String)> {
    let mut names: Vec<String> = Vec::new();
    for name in item.basis.iter().map(|one| one.cite.law.to_string()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let link = |name: String| {
        let kept = law::all_texts().iter().any(|text| text.short == name && text.in_force <= day);
        let href = if kept { format!("/laws/{name}?on={day}") } else { format!("/laws/{name}") };
        (name, href)
    };
    names.into_iter().map(link).collect()
}

fn paper_line(paper: &CasePaper, deliveries: &[Delivery], base: &str) -> PaperLine {
    PaperLine {
        title: paper.kind.title(),
        number: paper.number.clone().unwrap_or_default(),
        on: web::text::date_cn(paper.issued_on),
        href: format!("{base}/papers/{}.pdf", paper.id),
        ofd: paper.ofd().map(|_| format!("{base}/papers/{}.ofd", paper.id)),
        waits_for_seal: paper.sealing == Sealing::Waiting,
        unread: deliveries.iter().any(|one| one.paper_id == paper.id && one.read_at.is_none()),
    }
}

/// The steps of the case. What officers note on the way (findings, drafts of opinions) is theirs until the decision.
fn event(entry: &Entry, case: &Case) -> Option<Event> {
    let what = match entry.act.as_str() {
        "submit" => "提交申请",
        "read_paper" => "查看文书",
        act => Some(crate::stage::step_says(act)).filter(|says| *says != "其他")?,
    };
    Some(Event {
        when: web::text::second(entry.at),
        what,
        who: match entry.actor.as_str() {
            "system" => "系统",
            actor if actor == case.subject => "申请人",
            actor if actor == case.filed_by => "代理人",
            _ => "本局工作人员",
        },
    })
}

/// Where the matter can be applied for anew, while it is taken.
fn again(app: &App, case: &Case) -> Option<String> {
    let catalogue = app.part::<catalog::Catalogue>();
    let item = catalogue.item(&case.item)?;
    catalogue.apply_address(item, item.business(&case.business)?, &case.bureau, app.today())
}

/// `again` is where a returned application can be filed anew, while it can.
fn todo(case: &Case, papers: &[PaperLine], base: &str, again: Option<String>) -> Option<Todo> {
    let unread = papers.iter().find(|paper| paper.unread);
    let open = unread.map(|paper| ("打开决定书", paper.href.clone()));
    Some(match &case.stage {
        Stage::Supplementing { respond_by, gaps, .. } => Todo {
            tone: "warn",
            title: format!("请补正 {} 项内容", gaps.len()),
            says: format!("请在{}前补齐。补正期间不计算办理期限。", web::text::date_cn(*respond_by)),
            action: Some(("去补正材料", format!("{base}/supplement"))),
        },
        Stage::Decided { outcome: Outcome::Granted { licence, .. }, .. } => Todo {
            tone: "good",
            title: "已准予许可".to_owned(),
            says: format!("许可证号 {licence}。打开决定书即为电子送达；也可以到窗口领取纸质证。"),
            action: open,
        },
        Stage::Decided { outcome: Outcome::Refused, .. } => Todo {
            tone: "danger",
            title: "决定不予许可".to_owned(),
            says: "决定书写明了理由和依据。不服的，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。".to_owned(),
            action: open,
        },
        Stage::Delivered { outcome: Outcome::Granted { licence, .. }, .. } => Todo {
            tone: "good",
            title: "已办结，许可证有效".to_owned(),
            says: format!("许可证号 {licence}。"),
            action: Some(("查看许可证", format!("/v/{licence}"))),
        },
        Stage::NotAccepted { .. } => Todo {
            tone: "danger",
            title: "申请没有受理".to_owned(),
            says: "原因和救济途径见下面的不予受理决定书。".to_owned(),
            action: None,
        },
        Stage::Returned { .. } => Todo {
            tone: "warn",
            title: "到期没有补正，申请已退回".to_owned(),
            says: match &again {
                Some(_) => "您可以重新申请，不影响结果。".to_owned(),
                None => "这个事项现在不收新申请，什么时候能再申请请咨询受理单位。".to_owned(),
            },
            action: again.map(|href| ("重新申请", href)),
        },
        _ => return None,
    })
}
