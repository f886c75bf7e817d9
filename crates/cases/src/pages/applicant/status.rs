//! How a case stands, for the applicant's page and for the progress page: the line of steps, the days left, who holds it.
//! Pure: drawn from the case, its history and the calendar.

use db::history::Entry;
use identity::Post;
use jiff::{Timestamp, civil::Date};
use law::{Ledger, WorkCalendar};
use web::parts::{Badge, Light, Mark, Point, Timeline};

use crate::actions::Terms;
use crate::case::{Case, Task};
use crate::clock;
use crate::stage::{Outcome, Stage};

/// A limit that runs.
pub struct Count {
    /// 承诺办结, 法定办结, 告知是否受理, 送达决定
    pub name: &'static str,
    pub badge: Badge,
    pub says: String,
    pub under: String,
    pub provisional: bool,
}

pub struct Status {
    pub stage: &'static str,
    pub timeline: Timeline,
    pub counts: Vec<Count>,
    /// Who has it now: post, bureau, phone.
    pub holder: Option<(String, String, String)>,
    /// Pauses and the extension, in words.
    pub notes: Vec<String>,
    pub provisional: bool,
}

pub fn status(
    case: &Case,
    terms: &Terms,
    history: &[Entry],
    task: Option<&Task>,
    today: Date,
    cal: &WorkCalendar,
) -> Status {
    let counts = counts(case, terms, today, cal);
    Status {
        stage: case.stage.says(),
        timeline: Timeline(points(case, terms, history)),
        provisional: counts.iter().any(|count| count.provisional),
        counts,
        holder: task.filter(|_| !case.stage.is_closed()).map(|task| holder(task, terms)),
        notes: notes(case),
    }
}

/// Post and phone, not the officer's name: whom to call is the office.
fn holder(task: &Task, terms: &Terms) -> (String, String, String) {
    let post = Post::from_code(&task.post).map_or("经办人员", Post::says);
    (post.to_owned(), terms.office.name.clone(), terms.office.phone.clone())
}

fn counts(case: &Case, terms: &Terms, today: Date, cal: &WorkCalendar) -> Vec<Count> {
    match (&case.stage, case.stage.running()) {
        (Stage::Received { on }, _) => {
            let due = law::limits::supplement_notice_due(*on, cal);
            vec![plain("告知是否受理", &due, today, cal)]
        }
        (Stage::Supplementing { respond_by, .. }, _) => {
            let left = days_left(*respond_by, today, cal);
            vec![Count {
                name: "等您补正",
                badge: Light::of(left, false).badge(None),
                says: format!("{}，补正期间不计算办理期限", web::text::remaining(left, *respond_by)),
                under: "补正材料告知书写明的日期".to_owned(),
                provisional: cal.guesses_between(today, *respond_by),
            }]
        }
        (Stage::Decided { on, .. }, _) => {
            vec![plain("送达决定", &law::limits::delivery_due(*on, cal), today, cal)]
        }
        (stage, Some(run)) if stage.is_pending() => {
            let promised = clock::promised_ledger(run, terms.allowed, today, cal);
            let statutory = clock::statutory_ledger(run, terms.allowed, today, cal);
            let paused = stage.is_paused();
            vec![
                counted("承诺办结", &promised, paused, today, cal),
                counted("法定办结", &statutory, paused, today, cal),
            ]
        }
        _ => vec![],
    }
}

fn counted(name: &'static str, ledger: &Ledger, paused: bool, today: Date, cal: &WorkCalendar) -> Count {
    let left = law::ledger::remaining(today, ledger, cal);
    let says = if paused {
        format!("停表中，还剩 {} 个工作日，恢复后继续计算", left.max(0))
    } else {
        web::text::remaining(left, ledger.due.on)
    };
    Count {
        name,
        badge: Light::of(left, paused).badge(None),
        says: format!("共 {} 个工作日，{says}", ledger.total.0),
        under: law::citations::in_one_line(&ledger.due.under),
        provisional: ledger.due.provisional,
    }
}

/// Working days to the last day; negative when it has passed.
fn days_left(last: Date, today: Date, cal: &WorkCalendar) -> i32 {
    if today > last {
        return -i32::try_from(cal.workdays_between(last, today).max(1)).unwrap_or(i32::MAX);
    }
    i32::try_from(cal.workdays_between(today, last)).unwrap_or(i32::MAX)
}

fn plain(name: &'static str, due: &law::Due, today: Date, cal: &WorkCalendar) -> Count {
    let left = days_left(due.on, today, cal);
    Count {
        name,
        badge: Light::of(left, false).badge(None),
        says: web::text::remaining(left, due.on),
        under: law::citations::in_one_line(&due.under),
        provisional: due.provisional,
    }
}

fn notes(case: &Case) -> Vec<String> {
    let Some(run) = case.stage.running() else { return vec![] };
    let mut notes = vec![];
    if run.deemed {
        notes.push(
            "本局没有在五个工作日内告知是否受理，按《行政许可法》第三十二条，自收到材料之日起即为受理。"
                .to_owned(),
        );
    }
    for pause in &run.pauses {
        let to = pause.to.map_or("至今".to_owned(), |to| format!("至 {to}"));
        let told = if pause.told_in_writing {
            "已书面告知，不计入期限"
        } else {
            "没有书面告知，照常计入期限"
        };
        notes.push(format!("{}（{} 起{to}）：{}。{told}。", pause.kind.label(), pause.from, pause.why));
    }
    notes.extend(run.extension.as_ref().map(|extension| {
        format!(
            "经{}批准，延长 {} 个工作日。理由：{}。",
            extension.approved_by, extension.days.0, extension.reason
        )
    }));
    notes
}

/// A step of the line and the acts of the history that finish it.
struct Node {
    title: &'static str,
    by: &'static [&'static str],
}

const NODES: [Node; 6] = [
    Node { title: "受理", by: &["accept", "lapse", "supply"] },
    Node { title: "书面审查", by: &["review_paper"] },
    Node { title: "实地核查", by: &["inspect"] },
    Node { title: "审查", by: &["examine"] },
    Node { title: "审批决定", by: &["decide"] },
    Node { title: "送达", by: &["deliver"] },
];

/// How many of [`NODES`] are behind; `None` for a case that ended before the line did.
fn behind(stage: &Stage) -> Option<usize> {
    use Stage::*;
    match stage {
        Received { .. } | Supplementing { .. } => Some(0),
        PaperReview { .. } => Some(1),
        Assigning { .. } | Inspecting { .. } => Some(2),
        Examining { .. } => Some(3),
        Deciding { .. } => Some(4),
        Decided { .. } => Some(5),
        Delivered { .. } => Some(6),
        NotAccepted { .. } | Withdrawn { .. } | Returned { .. } => None,
    }
}

fn points(case: &Case, terms: &Terms, history: &[Entry]) -> Vec<Point> {
    let last = |acts: &[&str]| {
        history.iter().rev().find(|entry| acts.contains(&entry.act.as_str())).map(|entry| entry.at)
    };
    let mut points = vec![
        Point::new(Mark::Done, "提交申请")
            .when(web::text::millis(case.received_at))
            .detail(case.channel.says()),
    ];
    points.extend(last(&["ask_for_more"]).map(|asked| supplement_point(case, asked, last(&["supply"]))));
    let Some(behind) = behind(&case.stage) else {
        points.extend(NODES.iter().filter_map(|node| Some(done(node.title, last(node.by)?))));
        points.push(ended(case, last(&["decline", "withdraw", "give_up_waiting"])));
        return points;
    };
    let waiting = matches!(case.stage, Stage::Supplementing { .. });
    for (at, node) in NODES.iter().enumerate() {
        let point = match at {
            _ if at < behind => match last(node.by) {
                Some(when) => done(node.title, when),
                None => Point::new(Mark::Done, node.title),
            },
            _ if at == behind && !waiting => now(case, terms, node.title),
            _ => Point::new(Mark::Next, node.title),
        };
        points.push(said(case, at, point));
    }
    points
}

fn done(title: &str, at: Timestamp) -> Point {
    Point::new(Mark::Done, title).when(web::text::minute(at))
}

fn supplement_point(case: &Case, asked: Timestamp, supplied: Option<Timestamp>) -> Point {
    match (&case.stage, supplied) {
        (Stage::Supplementing { respond_by, gaps, .. }, _) => Point::new(Mark::Now, "补正材料")
            .when(web::text::minute(asked))
            .detail(format!("请在{}前补正 {} 项内容", web::text::date_cn(*respond_by), gaps.len())),
        (_, Some(supplied)) => done("补正材料", supplied),
        (_, None) => Point::new(Mark::Stopped, "补正材料").when(web::text::minute(asked)),
    }
}

fn ended(case: &Case, at: Option<Timestamp>) -> Point {
    let point = Point::new(Mark::Stopped, case.stage.says());
    match at {
        Some(at) => point.when(web::text::minute(at)),
        None => point,
    }
}

fn now(case: &Case, terms: &Terms, title: &str) -> Point {
    let point = Point::new(Mark::Now, title);
    if case.stage.is_paused() {
        return point.detail("已暂停计时，原因见下");
    }
    match &case.stage {
        Stage::Received { on: _ } => point.detail(format!("等待{}告知是否受理", terms.office.name)),
        Stage::Assigning { .. } => point.detail("正在安排核查人员"),
        Stage::Inspecting { planned_on, .. } => {
            let day = web::text::date_cn(*planned_on);
            point.detail(format!("计划{day}到店核查，两名以上工作人员会出示证件，请保持电话畅通"))
        }
        Stage::Decided { .. } => point.detail("决定已经作出，请打开文书查看"),
        _ => point,
    }
}

/// What the decision says, on its own step.
fn said(case: &Case, at: usize, point: Point) -> Point {
    let outcome = match &case.stage {
        Stage::Decided { outcome, .. } | Stage::Delivered { outcome, .. } => outcome,
        _ => return point,
    };
    match (at, outcome) {
        (4, Outcome::Granted { .. }) => point.detail("准予许可"),
        (4, Outcome::Refused) => point.detail("不予许可，理由和救济途径见决定书"),
        _ => point,
    }
}
