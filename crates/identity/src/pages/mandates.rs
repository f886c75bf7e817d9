//! 委托: asking to act for somebody, confirming, and switching to the principal.

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use http::{HeaderMap, StatusCode};
use jiff::civil::Date;
use law::codes::{CitizenId, CreditCode};
use web::parts::{Field, Input};
use web::{Answer, App, Cx, Fields, Flash, Page, PageCx, Problems, html_with_status, kept};

use super::mandate_form::{self, Came};
use crate::accounts::{self, Kind};
use crate::mandates::{self, Asked, Mandate, State as Standing};
use crate::sessions::{self, Role, SignedIn};
use crate::{Fault, lockout};

/// 委托 runs for a time, never for ever; a mandate for longer is renewed.
const LONGEST_DAYS: i32 = 366;
const MOST_SCOPE: usize = 200;

#[derive(Template)]
#[template(path = "identity/mandates.html")]
struct MandatesPage {
    page: Page,
    problems: Problems,
    held: Vec<Mandate>,
    given: Vec<Mandate>,
    fields: Vec<Field>,
    today: Date,
}

impl MandatesPage {
    fn open(&self, mandate: &Mandate) -> bool {
        mandate.state == Standing::Asked
    }
}

async fn page(cx: &PageCx, subject: &str, status: StatusCode, typed: &Fields, problems: Problems) -> Answer {
    let mut db = cx.app.db.clone();
    let today = cx.app.today();
    let fields = vec![
        Field::text("principal", "委托人的身份证号码或统一社会信用代码").required().max(20),
        Field::text("principal_name", "委托人姓名或名称").required().max(100),
        Field::new("scope", "代办什么事", Input::Long)
            .required()
            .max(200)
            .value("代为申请烟草专卖零售许可证，提交和补正材料，签收文书"),
        Field::new("from", "从哪天起", Input::Date).required().value(today.to_string()),
        Field::new("to", "到哪天止", Input::Date).required(),
        paper_field(),
    ];
    let fields = fields.into_iter().map(|field| field.fill(typed, &problems)).collect();
    let page = MandatesPage {
        page: cx.page("我的委托").crumb("我的", "/me"),
        held: mandates::held_by(&mut db, subject).await?,
        given: mandates::given_by(&mut db, subject).await?,
        problems,
        fields,
        today,
    };
    html_with_status(status, &page)
}

fn paper_field() -> Field {
    let field = Field::new("paper", "委托书（照片或 PDF）", Input::File)
        .required()
        .hint("由委托人签名或者盖章，写明代办什么事和起止日期；拍清楚整页。JPG、PNG 或 PDF，不超过 10 MB。");
    Field { accept: Some("image/jpeg,image/png,image/webp,application/pdf".to_owned()), ..field }
}

/// `GET /me/mandates`
pub async fn list(signed: SignedIn, cx: PageCx) -> Answer {
    not_officer(&signed)?;
    page(&cx, &signed.0.subject, StatusCode::OK, &Fields::default(), Problems::none()).await
}

fn not_officer(signed: &SignedIn) -> Result<(), Fault> {
    if signed.0.kind == Kind::Officer { Err(Fault::NotApplicant) } else { Ok(()) }
}

/// `POST /me/mandates`: asks a principal.
pub async fn ask(
    signed: SignedIn,
    cx: PageCx,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    not_officer(&signed)?;
    let (app, session) = (&cx.app, &signed.0);
    let Came { typed, paper } = mandate_form::read(app, &cx, &headers, form).await?;
    let mut problems = Problems::none();
    let (from, to) = read_days(&typed, app.today(), &mut problems);
    let scope = typed.get("scope");
    if scope.is_empty() || scope.chars().count() > MOST_SCOPE {
        problems.add("scope", "请写明代办什么事，不超过 200 字");
    }
    let paper = match paper {
        Some(Ok(paper)) => Some(paper),
        Some(Err(why)) => {
            problems.add("paper", format!("{}。{}", why.says(), why.remedy()));
            None
        }
        None => {
            problems.add("paper", "请选择委托书的照片或者 PDF。没有委托书的，请先让委托人签一份");
            None
        }
    };
    if let Some(paper) = paper.filter(|_| problems.is_empty()) {
        // Numbers of other people are not to be tried out here: each try counts at the agent's own door.
        let door = [(lockout::Door::Name, format!("mandate|{}", session.subject))];
        lockout::try_doors(app, &door).await?;
        if let Some((principal, name)) =
            find_principal(app, &typed).await?.filter(|(id, _)| *id != session.subject)
        {
            lockout::forget(app, &door).await?;
            let asked = Asked {
                agent: (&session.subject, &session.name),
                principal: (&principal, &name),
                scope,
                from,
                to,
                paper: Some(&paper),
            };
            let mut tx = app.db.begin().await?;
            mandates::ask(app, &mut tx, &asked).await?;
            tx.commit().await?;
            let says = format!("已请 {name} 确认。对方在“我的委托”里点同意后，您就可以代办");
            return Ok(Flash::done(says).redirect(app, "/me/mandates"));
        }
        problems.add("principal", "没有找到号码和姓名都相符的委托人。请核对；委托人要先注册");
    }
    // A browser never puts a file back into its field.
    if problems.at("paper").is_none() {
        problems.add("paper", "改好上面的内容后，请再选一次委托书");
    }
    page(&cx, &session.subject, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems).await
}

fn read_days(typed: &Fields, today: Date, problems: &mut Problems) -> (Date, Date) {
    let mut day = |field: &str| {
        let read = typed.get(field).parse::<Date>();
        if read.is_err() {
            problems.add(field, "请按“年-月-日”填写一个存在的日期，如 2026-12-31");
        }
        read.unwrap_or(today)
    };
    let (from, to) = (day("from"), day("to"));
    if to < from || to < today {
        problems.add("to", "截止日期不能早于开始日期，也不能早于今天");
    } else if (to - from).get_days() > LONGEST_DAYS {
        problems.add("to", "一次委托最长一年，到期可以再办");
    }
    (from, to)
}

/// The registered principal whose number and name both fit.
async fn find_principal(app: &App, typed: &Fields) -> Result<Option<(String, String)>, Fault> {
    let (mut db, number) = (app.db.clone(), typed.get("principal"));
    let subject = if let Ok(id) = CitizenId::parse(number) {
        accounts::by_name(app, &mut db, "citizen", id.as_str()).await?
    } else if let Ok((code, _)) = CreditCode::parse_or_warn(number) {
        accounts::by_name(app, &mut db, "credit", code.as_str()).await?
    } else {
        None
    };
    let Some(subject) = subject else { return Ok(None) };
    let profile = accounts::profile(app, &mut db, &subject).await?;
    let name = super::names::tidy(typed.get("principal_name"));
    Ok(profile.filter(|profile| profile.name == name).map(|profile| (profile.subject, profile.name)))
}

/// `GET /me/mandates/{id}/paper`: the 委托书, for its agent and its principal.
pub async fn paper(signed: SignedIn, State(app): State<App>, Path(id): Path<String>) -> Answer {
    not_officer(&signed)?;
    let paper = mandates::paper(&mut app.db.clone(), &signed.0.subject, &id).await?.ok_or(Fault::Unknown)?;
    Ok(kept::returned(&app, &paper.digest, &paper.kind, &paper.name).await.map_err(Fault::Files)?)
}

/// `POST /me/mandates/decide`: the principal agrees, refuses or ends.
pub async fn decide(signed: SignedIn, State(app): State<App>, typed: Fields) -> Answer {
    let (to, says) = match typed.get("do") {
        "confirm" => (Standing::Confirmed, "已同意。您可以随时解除"),
        "refuse" => (Standing::Refused, "已拒绝"),
        "end" => (Standing::Ended, "委托已解除，对方不能再代您办理"),
        _ => return Err(Fault::Unknown.into()),
    };
    let mut tx = app.db.begin().await?;
    mandates::decide(&app, &mut tx, &signed.0.subject, typed.get("mandate"), to).await?;
    tx.commit().await?;
    Ok(Flash::done(says).redirect(&app, "/me/mandates"))
}

/// `POST /me/acting`: from now on for this principal, or for oneself again.
pub async fn act(signed: SignedIn, cx: Cx, State(app): State<App>, typed: Fields) -> Answer {
    not_officer(&signed)?;
    let session = &signed.0;
    let (role, says) = match typed.get("mandate") {
        "" => (Role::Oneself, "现在办理您自己的事".to_string()),
        id => {
            let found = mandates::in_force(&mut app.db.clone(), &session.subject, id, app.today()).await?;
            let mandate = found.ok_or(Fault::Unknown)?;
            let says = format!("现在代 {} 办理", mandate.other_name);
            (Role::For { principal: mandate.other, mandate: mandate.id }, says)
        }
    };
    let cookie = sessions::rotate(&app, &cx, session, role).await?;
    let mut response = Flash::done(says).redirect(&app, "/me");
    response.headers_mut().append(http::header::SET_COOKIE, cookie);
    Ok(response)
}
