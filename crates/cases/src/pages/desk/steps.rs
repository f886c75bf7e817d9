//! The steps that ask for a few entries: one page, one form, one button each.

use askama::Template;
use axum::extract::Path;
use identity::Post;
use jiff::civil::Date;
use law::PauseKind;
use web::parts::{Field, Input};
use web::{Answer, Fields, Page, Problems, html, html_with_status};

use super::possible::{Whose, act_of, possible};
use super::{Desk, conflict};
use crate::actions::{self, At, Handed};
use crate::case::{Case, Way};
use crate::intake::Declined;
use crate::stage::{Advice, NotOpen, Stage, step_says};
use crate::{Fault, store};

/// What one step asks of the officer.
struct Asked {
    step: &'static str,
    /// What the step does and under which rule.
    lead: Vec<String>,
    fields: Vec<Field>,
    button: String,
}

#[derive(Template)]
#[template(path = "desk/step.html")]
struct StepPage {
    page: Page,
    case: Case,
    asked: Asked,
    problems: Problems,
    href: String,
    back: String,
}

/// `GET /desk/cases/{bureau}/{id}/{step}`
pub async fn form(desk: Desk, Path((bureau, id, step)): Path<(String, String, String)>) -> Answer {
    let at = super::at(bureau, id);
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    let asked = match ask(&desk, &case, &step).await {
        Ok(asked) => asked,
        Err(fault) => return Err(fault.into()),
    };
    if let Err(fault) = is_open(&desk, &case, asked.step).await {
        return conflict::answer(&desk, &at, fault, vec![]).await;
    }
    html(&step_page(&desk, at, case, asked, Problems::none()))
}

/// `POST /desk/cases/{bureau}/{id}/{step}`
pub async fn take(
    desk: Desk,
    Path((bureau, id, step)): Path<(String, String, String)>,
    typed: Fields,
) -> Answer {
    let at = At { bureau, id, seen: super::seen(&typed) };
    let case = actions::open_case(&desk.app, &desk.officer, &at.bureau, &at.id).await?;
    let mut asked = ask(&desk, &case, &step).await?;
    let step = asked.step;
    let trouble = match carry_out(&desk, &at, &case, step, &typed).await {
        Ok(done) => return Ok(desk.done(&at, done)),
        Err(trouble) => trouble,
    };
    let mut problems = Problems::none();
    match trouble {
        Trouble::At(field, says) => problems.add(field, says),
        Trouble::Fault(fault) if fault.face().status == http_invalid() => {
            let field = asked.fields.first().map_or_else(|| "send".to_owned(), |field| field.name.clone());
            problems.add(field, fault.face().says);
        }
        Trouble::Fault(fault) => {
            let label = |name: &str| label_of(&asked.fields, name);
            let choice = |name: &str, code: &str| conflict::offered(&asked.fields, name, code);
            return conflict::answer(&desk, &at, fault, conflict::typed(&typed, label, choice)).await;
        }
    }
    asked.fields = asked.fields.into_iter().map(|field| field.fill(&typed, &problems)).collect();
    let page = step_page(&desk, at, case, asked, problems);
    html_with_status(http_invalid(), &page)
}

fn http_invalid() -> axum::http::StatusCode {
    axum::http::StatusCode::UNPROCESSABLE_ENTITY
}

fn label_of(fields: &[Field], name: &str) -> String {
    fields
        .iter()
        .find(|field| field.name == name)
        .map_or_else(|| name.to_owned(), |field| field.label.clone())
}

fn step_page(desk: &Desk, at: At, case: Case, asked: Asked, problems: Problems) -> StepPage {
    StepPage {
        page: desk.case_page(step_says(asked.step), &at, &case.number),
        href: super::href(&at, &format!("/{}", asked.step)),
        back: super::href(&at, ""),
        case,
        asked,
        problems,
    }
}

/// The form is shown only to whoever can send it; everybody else learns what is possible and whose it is.
async fn is_open(desk: &Desk, case: &Case, step: &'static str) -> Result<(), Fault> {
    let hands = store::hands(&mut desk.app.db.clone(), &case.bureau, &case.id).await?;
    let steps = possible(case, &hands, &desk.officer);
    match steps.into_iter().find(|one| one.step == step).map(|one| one.whose) {
        Some(Whose::Yours) => Ok(()),
        Some(Whose::Barred(_)) => {
            let earlier = crate::decide::barred(step, &desk.officer.id, &hands).map(|hand| hand.step.clone());
            let officer = desk.officer.name.clone();
            Err(Fault::Separated { officer, earlier: earlier.unwrap_or_default(), step })
        }
        Some(Whose::Theirs(_)) => {
            let act = act_of(step, &case.stage).map_or("", |act| act.says());
            Err(Fault::NotYours { act })
        }
        None => {
            Err(Fault::NotOpen(NotOpen { stage: case.stage.code(), step, open: case.stage.open_steps() }))
        }
    }
}

/// The form of a step, empty. An unknown step is an unknown page.
async fn ask(desk: &Desk, case: &Case, step: &str) -> Result<Asked, Fault> {
    let button = |step: &'static str| format!("确认{}", step_says(step));
    let asked = |step, lead: Vec<String>, fields| Asked { step, lead, fields, button: button(step) };
    Ok(match step {
        "accept" => asked("accept", accept_lead(), confirmations(case)),
        "decline" => asked(
            "decline",
            vec!["不予受理会生成《不予受理决定书》，并告知复议和诉讼的权利。".into()],
            decline_fields(),
        ),
        "review_paper" => asked(
            "review_paper",
            vec!["书面审查后转入实地核查，由队所所长指派两名以上核查人员。".into()],
            vec![opinion("书面审查意见", "例如：材料齐全、符合法定形式，各份材料内容一致")],
        ),
        "assign" => asked(
            "assign",
            vec![format!("{}：须指派两名以上工作人员核查。", law::licensing(34, 3))],
            assign_fields(desk, case).await?,
        ),
        "examine" => asked(
            "examine",
            vec!["审查人不能是受理或者核查本件的人。审查后转机关负责人审批。".into()],
            examine_fields(),
        ),
        "send_back" => asked(
            "send_back",
            vec!["退回后由队所所长重新指派核查；办理期限照常计算，不因退回延长。".into()],
            vec![Field::new("why", "退回原因", Input::Long).required().hint("写明要再核实什么").max(2000)],
        ),
        "extend" => asked("extend", extend_lead(), extend_fields()),
        "pause" => asked("pause", pause_lead(), pause_fields()),
        "resume" => {
            asked("resume", vec!["暂停事由已经结束。今天仍在暂停内，期限自明日起继续计算。".into()], vec![])
        }
        "deliver" => asked("deliver", deliver_lead(desk, case).await?, deliver_fields(case)),
        _ => return Err(Fault::Unknown),
    })
}

fn opinion(label: &str, hint: &str) -> Field {
    Field::new("opinion", label, Input::Long).required().hint(hint).max(2000)
}

fn accept_lead() -> Vec<String> {
    vec![
        "受理后生成《受理通知书》，办理期限自明日起计算。".into(),
        format!("依据{}。", law::licensing(32, 1).item(5)),
    ]
}

/// Doubts of the form check that the law doesn't let us refuse for, such as a credit code whose check digit fails.
fn confirmations(case: &Case) -> Vec<Field> {
    let tick = |(i, says): (usize, &String)| {
        Field::new(format!("confirm-{i}"), format!("已与证照核对，照实受理：{says}"), Input::Tick).required()
    };
    case.warnings.iter().enumerate().map(tick).collect()
}

fn decline_fields() -> Vec<Field> {
    vec![
        Field::new("ground", "不予受理的情形", Input::Radio).required().options([
            ("not-required", "申请事项依法不需要取得行政许可"),
            ("not-ours", "不属于本机关职权范围"),
            ("false-materials", "隐瞒有关情况或者提供虚假材料"),
        ]),
        Field::text("competent", "应向哪个行政机关申请").hint("选“不属于本机关职权范围”时必填").max(100),
        Field::new("facts", "事实和说明", Input::Long)
            .hint("选“虚假材料”时必填：写明哪一份材料、怎样核实")
            .max(2000),
    ]
}

async fn assign_fields(desk: &Desk, case: &Case) -> Result<Vec<Field>, Fault> {
    let mut db = desk.app.db.clone();
    let today = desk.app.today();
    let inspectors = identity::officers::holding(&mut db, &case.bureau, Post::Inspector, today).await?;
    let busy = store::open_work(&mut db, &case.bureau, Post::Inspector.code()).await?;
    let open = |id: &str| busy.iter().find(|(known, _)| known == id).map_or(0, |(_, count)| *count);
    let options = inspectors.into_iter().map(|one| {
        let label = format!("{}（证号 {}，手上 {} 件）", one.name, one.badge, open(&one.id));
        (one.id, label)
    });
    let tomorrow = desk.app.calendar().nth_workday_after(today, law::Workdays(1), |_| false).on;
    Ok(vec![
        Field::new("inspectors", "核查人员", Input::Boxes)
            .required()
            .hint("至少选两名；参加核查的人不能再审查、审批本件")
            .options(options.collect::<Vec<_>>()),
        Field::new("planned_on", "核查日期", Input::Date).required().value(tomorrow.to_string()),
    ])
}

fn examine_fields() -> Vec<Field> {
    vec![
        Field::new("advice", "审查建议", Input::Radio)
            .required()
            .options([("grant", Advice::Grant.says()), ("refuse", Advice::Refuse.says())]),
        opinion("审查意见", "写明审查了什么、依据什么"),
    ]
}

fn extend_lead() -> Vec<String> {
    vec![
        format!(
            "{}：经本机关负责人批准，可以延长十日，并将理由告知申请人。只能延长一次。",
            law::licensing(42, 1)
        ),
        "延长后自动生成《延长审批期限告知书》并通知申请人。".into(),
    ]
}

fn extend_fields() -> Vec<Field> {
    vec![
        Field::new("days", "延长几个工作日", Input::Number)
            .required()
            .value("10")
            .hint("最多 10 个")
            .unit("个工作日"),
        Field::new("reason", "延长理由", Input::Long).required().hint("会原样告知申请人").max(500),
    ]
}

fn pause_lead() -> Vec<String> {
    vec![
        format!(
            "{}：只有下列程序所需时间不计入期限，并须书面告知申请人。实地核查和补正不在其中。",
            law::licensing(45, 1)
        ),
        "暂停后自动生成《特别程序告知书》并通知申请人。".into(),
    ]
}

fn pause_fields() -> Vec<Field> {
    let kinds = PauseKind::ALL.map(|kind| (kind.code(), kind.label()));
    vec![
        Field::new("kind", "哪一种程序", Input::Select).required().options(kinds),
        Field::new("why", "暂停原因", Input::Long).required().hint("会原样告知申请人").max(500),
        Field::new("needed", "预计需要几日", Input::Number).hint("写在告知书上").unit("日"),
    ]
}

async fn deliver_lead(desk: &Desk, case: &Case) -> Result<Vec<String>, Fault> {
    let sent = store::deliveries(&mut desk.app.db.clone(), &case.bureau, &case.id).await?;
    let read = sent.iter().find_map(|one| one.read_at);
    let electronic = match read {
        Some(at) => format!("申请人已于 {} 打开电子文书，可以记为电子送达。", web::text::second(at)),
        None => "申请人还没有打开电子文书，不能记为电子送达。".to_owned(),
    };
    Ok(vec![format!("{}：自作出决定之日起十日内送达。", law::licensing(44, 1)), electronic])
}

fn deliver_fields(case: &Case) -> Vec<Field> {
    vec![
        Field::new("way", "送达方式", Input::Radio)
            .required()
            .options(Way::ALL.map(|way| (way.code(), way.says()))),
        Field::text("tracking", "邮件号").hint("邮寄送达时必填").max(40),
        Field::text("received_by", "签收人").hint(format!("不填则为申请人{}", case.applicant)).max(50),
    ]
}

/// Why a sent form did not become a step.
enum Trouble {
    /// An entry of the form, and what is wrong with it.
    At(String, String),
    Fault(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Trouble {
        Trouble::Fault(fault)
    }
}

fn wrong(field: &str, says: &str) -> Trouble {
    Trouble::At(field.to_owned(), says.to_owned())
}

/// Takes the step and says what was done.
async fn carry_out(desk: &Desk, at: &At, case: &Case, step: &str, typed: &Fields) -> Result<String, Trouble> {
    let (app, officer) = (&desk.app, &desk.officer);
    match step {
        "accept" => {
            all_confirmed(case, typed)?;
            actions::accept(app, officer, at).await?;
            Ok("已受理，受理通知书已发给申请人".to_owned())
        }
        "decline" => {
            actions::decline(app, officer, at, declined(typed)?, typed.get("facts")).await?;
            Ok("已作出不予受理决定，决定书已发给申请人".to_owned())
        }
        "review_paper" => {
            actions::review_paper(app, officer, at, typed.get("opinion")).await?;
            Ok("书面审查已完成，转队所所长派员核查".to_owned())
        }
        "assign" => {
            let planned = day(typed, "planned_on")?;
            let case = actions::assign(app, officer, at, typed.all("inspectors").to_vec(), planned).await?;
            Ok(assigned(&case))
        }
        "examine" => {
            actions::examine(app, officer, at, advice(typed)?, typed.get("opinion")).await?;
            Ok("审查已完成，转机关负责人审批".to_owned())
        }
        "send_back" => {
            actions::send_back(app, officer, at, typed.get("why")).await?;
            Ok("已退回补充核查".to_owned())
        }
        "extend" => {
            let days = number(typed, "days", "请填写 1 至 10 的整数")?;
            if typed.get("reason").chars().count() < 4 {
                return Err(wrong("reason", "请写明延长理由，它会原样告知申请人"));
            }
            actions::extend(app, officer, at, days, typed.get("reason")).await?;
            Ok(format!("已批准延长{days}个工作日，告知书已发给申请人"))
        }
        "pause" => {
            let kind =
                PauseKind::from_code(typed.get("kind")).ok_or_else(|| wrong("kind", "请选择是哪一种程序"))?;
            let needed = match typed.get("needed") {
                "" => None,
                _ => Some(number(typed, "needed", "请填写整数，或者留空")?),
            };
            actions::pause(app, officer, at, kind, typed.get("why"), needed).await?;
            Ok("已暂停计时，告知书已发给申请人".to_owned())
        }
        "resume" => {
            actions::resume(app, officer, at).await?;
            Ok("已恢复计时".to_owned())
        }
        "deliver" => {
            let way = Way::from_code(typed.get("way")).ok_or_else(|| wrong("way", "请选择送达方式"))?;
            let (tracking, received_by) =
                (typed.get("tracking").to_owned(), typed.get("received_by").to_owned());
            actions::deliver(app, officer, at, Handed { way, tracking, received_by }).await?;
            Ok("已记录送达，本件办结".to_owned())
        }
        _ => Err(Fault::Unknown.into()),
    }
}

fn all_confirmed(case: &Case, typed: &Fields) -> Result<(), Trouble> {
    let open = (0..case.warnings.len()).find(|i| !typed.ticked(&format!("confirm-{i}")));
    match open {
        Some(i) => Err(Trouble::At(format!("confirm-{i}"), "请核对后勾选，或者告知申请人补正".to_owned())),
        None => Ok(()),
    }
}

fn declined(typed: &Fields) -> Result<Declined, Trouble> {
    match typed.get("ground") {
        "not-required" => Ok(Declined::NotRequired),
        "not-ours" if typed.get("competent").is_empty() => {
            Err(wrong("competent", "请写明应向哪个行政机关申请，申请人好知道去哪里办"))
        }
        "not-ours" => Ok(Declined::NotOurs { competent: typed.get("competent").to_owned() }),
        "false-materials" if typed.get("facts").chars().count() < 4 => {
            Err(wrong("facts", "请写明哪一份材料不真实、怎样核实"))
        }
        "false-materials" => Ok(Declined::FalseMaterials { fact: typed.get("facts").to_owned() }),
        _ => Err(wrong("ground", "请选择一种情形")),
    }
}

fn advice(typed: &Fields) -> Result<Advice, Trouble> {
    match typed.get("advice") {
        "grant" => Ok(Advice::Grant),
        "refuse" => Ok(Advice::Refuse),
        _ => Err(wrong("advice", "请选择审查建议")),
    }
}

fn day(typed: &Fields, field: &str) -> Result<Date, Trouble> {
    typed.get(field).parse().map_err(|_| wrong(field, "请填写日期，例如 2026-11-24"))
}

fn number(typed: &Fields, field: &str, says: &str) -> Result<u16, Trouble> {
    typed.get(field).parse().map_err(|_| wrong(field, says))
}

fn assigned(case: &Case) -> String {
    match &case.stage {
        Stage::Inspecting { planned_on, .. } => {
            format!("已指派核查，日期{}，已通知申请人", web::text::date_cn(*planned_on))
        }
        _ => "已指派核查".to_owned(),
    }
}
