//! The case as its officers see it: what is possible now, materials beside findings, entries, limits, papers, history.

use askama::Template;
use axum::extract::Path;
use catalog::MaterialSpec;
use identity::{Act, Post};
use papers::Kind;
use web::parts::{Badge, Mark, Point, Timeline};
use web::{Answer, App, Page, html};

use super::inspected::{InspectionView, inspections};
use super::possible::{Possible, possible};
use super::{Desk, told};
use crate::actions::{self, Terms, WaivedMaterial};
use crate::case::{Case, CasePaper, Delivery, Finding, Hand, Material, Sealing, Verdict};
use crate::stage::Stage;
use crate::store;
use crate::{Fault, clock};

#[derive(Template)]
#[template(path = "desk/case.html")]
struct CasePage {
    page: Page,
    case: Case,
    matter: String,
    stage: &'static str,
    received: String,
    light: Option<Badge>,
    holder: String,
    alerts: Vec<(String, String)>,
    wait: Option<WaitView>,
    steps: Vec<Possible>,
    /// This officer may write findings now.
    checking: bool,
    materials: Vec<MaterialView>,
    /// What the bureau gets itself.
    waived: Vec<WaivedMaterial>,
    groups: Vec<Group>,
    limits: Option<Limits>,
    timeline: Timeline,
    hands: Vec<Hand>,
    papers: Vec<PaperView>,
    deliveries: Vec<DeliveryView>,
    inspections: Vec<InspectionView>,
    history: HistoryView,
    /// Under which mandates the agent filed; empty when the applicant did.
    mandates: Vec<MandateView>,
    base: String,
}

/// What lets an agent act, beside the case.
struct MandateView {
    agent: String,
    scope: String,
    days: String,
    /// The paper 委托书: where it is, its name, whether it is a picture.
    paper: Option<(String, String, bool)>,
}

struct MaterialView {
    slot: String,
    name: String,
    need: String,
    hint: String,
    /// Made by the system; its paper, if it is there.
    generated: Option<String>,
    faults: Vec<(String, String)>,
    files: Vec<FileView>,
    finding: Option<Finding>,
}

struct FileView {
    href: String,
    name: String,
    image: bool,
    pdf: bool,
    note: String,
}

impl MaterialView {
    fn is_fit(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.verdict == Verdict::Fit)
    }
    fn is_unfit(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.verdict == Verdict::Unfit)
    }
    fn note(&self) -> &str {
        self.finding.as_ref().map_or("", |finding| &finding.note)
    }
}

struct Group {
    title: String,
    rows: Vec<(String, String)>,
}

/// The two limits of a case that runs.
struct Limits {
    lines: Vec<(&'static str, Badge, bool)>,
    accepted_on: String,
    deemed: bool,
    pauses: Vec<String>,
    extension: Option<String>,
}

struct PaperView {
    title: &'static str,
    number: String,
    on: String,
    href: String,
    /// The sealed original.
    ofd: Option<String>,
    waits_for_seal: bool,
}

/// A decision that the signing service keeps waiting.
struct WaitView {
    who: String,
    outcome: &'static str,
    since: String,
    tries: i64,
    says: String,
    /// This officer may take it back.
    call_off: bool,
}

struct DeliveryView {
    way: &'static str,
    sent: String,
    state: String,
}

struct HistoryView {
    rows: Vec<HistoryRow>,
    /// Why the chain does not hold, if it doesn't.
    broken: Option<String>,
    readings: Vec<(String, String)>,
}

struct HistoryRow {
    at: String,
    who: String,
    act: &'static str,
    says: String,
    hash: String,
}

/// `GET /desk/cases/{bureau}/{id}`
pub async fn show(desk: Desk, Path((bureau, id)): Path<(String, String)>) -> Answer {
    let at = super::at(bureau, id);
    let app = &desk.app;
    let case = actions::open_case(app, &desk.officer, &at.bureau, &at.id).await?;
    let mut db = app.db.clone();
    let terms = actions::terms_of(app, &mut db, &case).await?;
    let materials = store::materials(&mut db, &at.bureau, &at.id).await?;
    let findings = store::findings(&mut db, &at.bureau, &at.id).await?;
    let hands = store::hands(&mut db, &at.bureau, &at.id).await?;
    let papers = store::papers_of(&mut db, &at.bureau, &at.id).await?;
    let deliveries = store::deliveries(&mut db, &at.bureau, &at.id).await?;
    let alerts = store::alerts_of(&mut db, &at.bureau, &at.id).await?;
    let wait = store::wait_of(&mut db, &at.bureau, &at.id).await?;
    let chain = db::history::read(&mut db, &at.bureau, "case", &at.id).await?;

    let base = super::href(&at, "");
    let (today, cal) = (app.today(), app.calendar());
    let due = told::due_of(&case.stage, &case.due).filter(|_| !case.stage.is_closed());
    let in_words = |(says, at): (String, jiff::Timestamp)| (says, web::text::minute(at));
    html(&CasePage {
        page: desk
            .cx
            .page(format!("办件 {}", case.number))
            .crumb("工作台", "/desk")
            .crumb("全部办件", "/desk/cases"),
        matter: terms.matter(),
        stage: told::stage_says(case.stage.code()),
        received: web::text::millis(case.received_at),
        light: told::light(due, case.stage.is_paused(), today, &cal),
        holder: holder(app, &case).await?,
        alerts: alerts.into_iter().map(in_words).collect(),
        steps: possible(&case, &hands, &desk.officer)
            .into_iter()
            .filter(|step| wait.is_none() || step.step != "decide")
            .collect(),
        wait: wait.map(|wait| wait_view(wait, &desk)),
        checking: matches!(case.stage, Stage::Received { .. }) && desk.officer.can(Act::Accept),
        materials: material_views(&case, &terms, materials, &findings, &papers, &base),
        groups: groups(&case, &terms),
        waived: terms.waived.clone(),
        limits: limits(app, &case, &terms),
        timeline: timeline(&case, &chain, &due.map(|due| due.to_string())),
        hands,
        papers: papers.iter().map(|paper| paper_view(paper, &base)).collect(),
        deliveries: deliveries.iter().map(delivery_view).collect(),
        inspections: inspections(app, &at, &base).await?,
        history: history(app, &case, chain).await?,
        mandates: mandates(app, &case, &base).await?,
        base,
        case,
    })
}

async fn holder(app: &App, case: &Case) -> Result<String, Fault> {
    let mut db = app.db.clone();
    let Some(task) = store::open_task_of(&mut db, &case.bureau, &case.id).await? else {
        return Ok(match case.stage {
            Stage::Supplementing { .. } => "等待申请人补正".to_owned(),
            _ => "没有待办".to_owned(),
        });
    };
    let post = Post::from_code(&task.post).map_or("", Post::says);
    let named = identity::officers::colleague(&mut db, &case.bureau, &task.officer).await?;
    Ok(named.map_or_else(|| post.to_owned(), |one| format!("{post} {}等", one.name)))
}

fn material_views(
    case: &Case,
    terms: &Terms,
    materials: Vec<Material>,
    findings: &[Finding],
    papers: &[CasePaper],
    base: &str,
) -> Vec<MaterialView> {
    let form = papers.iter().find(|paper| paper.kind == Kind::ApplicationForm);
    let form = form.map(|paper| format!("{base}/papers/{}.pdf", paper.id));
    let asked = terms.business().materials.iter().filter(|spec| {
        spec.applies(&case.form) || materials.iter().any(|material| material.slot == spec.key)
    });
    asked.map(|spec| material_view(spec, &materials, findings, form.as_ref(), base)).collect()
}

fn material_view(
    spec: &MaterialSpec,
    materials: &[Material],
    findings: &[Finding],
    form: Option<&String>,
    base: &str,
) -> MaterialView {
    let files = materials.iter().filter(|material| material.slot == spec.key);
    MaterialView {
        slot: spec.key.clone(),
        name: spec.name.clone(),
        need: spec.need(),
        hint: spec.hint.clone(),
        generated: form.filter(|_| spec.generated).cloned(),
        faults: spec.common_faults.iter().map(|fault| (fault.key.clone(), fault.reason.clone())).collect(),
        files: files.map(|material| file_view(material, base)).collect(),
        finding: findings.iter().find(|finding| finding.of == spec.key).cloned(),
    }
}

fn file_view(material: &Material, base: &str) -> FileView {
    let round = if material.round > 0 { "补正提交" } else { "申请时提交" };
    let size = web::text::bytes(material.bytes.unsigned_abs());
    FileView {
        href: format!("{base}/materials/{}", material.id),
        name: material.name.clone(),
        image: material.kind.starts_with("image/"),
        pdf: material.kind == "application/pdf",
        note: format!("{round}，{size}，SM3 {}…", material.digest.get(..12).unwrap_or_default()),
    }
}

fn groups(case: &Case, terms: &Terms) -> Vec<Group> {
    let groups = terms.business().form.groups.iter().map(|group| {
        let asked = group.fields.iter().filter(|field| field.asked(&case.form));
        let rows = asked.map(|field| (field.label.clone(), field.shown(case.value(&field.key))));
        Group { title: group.title.clone(), rows: rows.filter(|(_, value)| !value.is_empty()).collect() }
    });
    groups.filter(|group| !group.rows.is_empty()).collect()
}

fn limits(app: &App, case: &Case, terms: &Terms) -> Option<Limits> {
    let run = case.stage.running()?;
    let (today, cal, paused) = (app.today(), app.calendar(), case.stage.is_paused());
    let promised = clock::promised(run, terms.allowed, today, &cal);
    let decided = clock::decision(run, today, &cal);
    let line = |name, due: &law::Due| {
        let badge = told::light(Some(due.on), paused, today, &cal).expect("a day was given");
        (name, badge, due.provisional)
    };
    let lines = if case.stage.is_pending() {
        vec![line("承诺期限", &promised), line("法定期限", &decided)]
    } else {
        vec![]
    };
    let pauses = run.pauses.iter().map(|pause| {
        let to = pause.to.map_or("现在".to_owned(), |to| to.to_string());
        let document = pause.document.as_deref().map_or(String::new(), |number| format!("，{number}"));
        format!("{} 至 {to}：{}（{}{document}）", pause.from, pause.kind.label(), pause.why)
    });
    Some(Limits {
        lines,
        accepted_on: web::text::date_cn(run.accepted_on),
        deemed: run.deemed,
        pauses: pauses.collect(),
        extension: run.extension.as_ref().map(|extension| {
            let (days, by) = (extension.days.0, &extension.approved_by);
            format!("{by}于 {} 批准延长 {days} 个工作日：{}", extension.on, extension.reason)
        }),
    })
}

fn timeline(case: &Case, chain: &[db::history::Entry], due: &Option<String>) -> Timeline {
    let steps = chain.iter().filter(|row| !matches!(row.act.as_str(), "finding" | "read_paper"));
    let mut points: Vec<Point> = steps
        .map(|row| {
            let point = Point::new(Mark::Done, told::act_says(&row.act)).when(web::text::second(row.at));
            point.detail(format!("{}　{}", row.actor_name, told::row_says(&row.data)))
        })
        .collect();
    if !case.stage.is_closed() {
        let mark = if case.stage.is_paused() { Mark::Stopped } else { Mark::Now };
        let now = Point::new(mark, told::stage_says(case.stage.code()));
        points.push(match due {
            Some(due) => now.detail(format!("截止 {due}")),
            None => now,
        });
    }
    Timeline(points)
}

fn paper_view(paper: &CasePaper, base: &str) -> PaperView {
    PaperView {
        title: paper.kind.title(),
        number: paper.number.clone().unwrap_or_default(),
        on: web::text::date_cn(paper.issued_on),
        href: format!("{base}/papers/{}.pdf", paper.id),
        ofd: paper.ofd().map(|_| format!("{base}/papers/{}.ofd", paper.id)),
        waits_for_seal: paper.sealing == Sealing::Waiting,
    }
}

fn wait_view(wait: store::Wait, desk: &Desk) -> WaitView {
    WaitView {
        outcome: wait.verdict.says(),
        who: wait.officer_name,
        since: web::text::minute(wait.since),
        tries: wait.tries,
        says: wait.last_says,
        call_off: desk.officer.can(Act::Decide),
    }
}

fn delivery_view(delivery: &Delivery) -> DeliveryView {
    let state = match (delivery.received_at, delivery.read_at) {
        (Some(at), _) => format!("{}签收 {}", delivery.received_by, web::text::second(at)),
        (None, Some(at)) => format!("已查阅 {}", web::text::second(at)),
        (None, None) => "尚未查阅".to_owned(),
    };
    let tracking = if delivery.tracking.is_empty() {
        String::new()
    } else {
        format!("，邮件号 {}", delivery.tracking)
    };
    DeliveryView {
        way: delivery.way.says(),
        sent: format!("{}　{}{tracking}", delivery.sent_by, web::text::second(delivery.sent_at)),
        state,
    }
}

async fn mandates(app: &App, case: &Case, base: &str) -> Result<Vec<MandateView>, Fault> {
    if case.filed_by == case.subject {
        return Ok(vec![]);
    }
    let mut db = app.db.clone();
    let behind =
        identity::mandates::behind(&mut db, &case.filed_by, &case.subject, case.received_on()).await?;
    let view = |mandate: identity::mandates::Behind| MandateView {
        agent: mandate.agent,
        days: format!("{} 至 {}", mandate.from, mandate.to),
        paper: mandate.paper.map(|paper| {
            let href = format!("{base}/mandates/{}", mandate.id);
            (href, paper.name, paper.kind.starts_with("image/"))
        }),
        scope: mandate.scope,
    };
    Ok(behind.into_iter().map(view).collect())
}

async fn history(app: &App, case: &Case, chain: Vec<db::history::Entry>) -> Result<HistoryView, Fault> {
    let broken = db::history::verify(&chain).err().map(|broken| broken.to_string());
    let readings = actions::readings(app, case).await?;
    let look = |row: db::history::Entry| (row.actor_name, web::text::minute(row.at));
    Ok(HistoryView {
        rows: chain.into_iter().map(history_row).collect(),
        broken,
        readings: readings.into_iter().take(50).map(look).collect(),
    })
}

fn history_row(row: db::history::Entry) -> HistoryRow {
    HistoryRow {
        at: web::text::second(row.at),
        act: told::act_says(&row.act),
        says: told::row_says(&row.data),
        hash: row.hash.get(..12).unwrap_or_default().to_owned(),
        who: row.actor_name,
    }
}

impl CasePage {
    fn step_word(&self, hand: &Hand) -> &'static str {
        told::act_says(&hand.step)
    }
}
