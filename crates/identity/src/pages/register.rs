//! Registering: a natural person, an organisation, or an agent.

use askama::Template;
use axum::extract::Path;
use http::{HeaderMap, StatusCode};
use law::codes::{CitizenId, CreditCode};
use web::parts::{Field, Input};
use web::{Answer, App, Fields, Flash, Page, PageCx, Problems, html, html_with_status};

use super::login::{Sent, code_field, is_mobile, phone_field};
use super::names;
use crate::accounts::{self, Kind, NewAccount};
use crate::codes::{self, Purpose};
use crate::{Fault, passwords, sessions};

#[derive(Template)]
#[template(path = "identity/register.html")]
struct ChoosePage {
    page: Page,
}

/// `GET /register`
pub async fn choose(cx: PageCx) -> Answer {
    html(&ChoosePage { page: cx.page("注册") })
}

#[derive(Template)]
#[template(path = "identity/register_form.html")]
struct FormPage {
    page: Page,
    problems: Problems,
    kind: Kind,
    who: Vec<Field>,
    phone: Field,
    code: Field,
    secrets: Vec<Field>,
    /// Asks to confirm a credit code whose check digit fails.
    confirm: Option<Field>,
    sent: bool,
    shown: Option<String>,
}

fn kind_of(path: &str) -> Result<Kind, Fault> {
    Kind::from_code(path).filter(|kind| *kind != Kind::Officer).ok_or(Fault::Unknown)
}

/// `GET /register/{kind}`
pub async fn form(cx: PageCx, Path(kind): Path<String>) -> Answer {
    page(&cx, StatusCode::OK, kind_of(&kind)?, &Fields::default(), Problems::none(), Sent::No)
}

fn page(
    cx: &PageCx,
    status: StatusCode,
    kind: Kind,
    typed: &Fields,
    problems: Problems,
    sent: Sent,
) -> Answer {
    let fill = |field: Field| field.fill(typed, &problems);
    let secret = |name: &str, label: &str, hint: &str| {
        Field::new(name, label, Input::Password)
            .required()
            .autocomplete("new-password")
            .hint(hint)
            .error(problems.at(name))
    };
    let confirm = problems.at("confirm_credit").map(|says| {
        Field::new("confirm_credit", "我已对照营业执照核对，号码没有填错", Input::Tick).error(Some(says))
    });
    let form = FormPage {
        page: cx.page(format!("注册：{}", kind.says())).crumb("注册", "/register"),
        kind,
        who: who_fields(kind).into_iter().map(fill).collect(),
        phone: fill(phone_field().hint("用来登录和接收办理通知")),
        code: code_field().error(problems.at("code")),
        secrets: vec![
            secret("password", "设置密码", "至少 8 个字符，包含字母、数字、符号中的两种"),
            secret("password_again", "再输一遍密码", ""),
        ],
        confirm,
        sent: !matches!(sent, Sent::No),
        shown: if let Sent::Shown(code) = sent { Some(code) } else { None },
        problems,
    };
    html_with_status(status, &form)
}

fn who_fields(kind: Kind) -> Vec<Field> {
    let id = |label: &str| Field::text("id_number", label).required().max(20).hint("18 位，末位可能是 X");
    let address = Field::text("address", "联系地址").max(200).autocomplete("street-address");
    if kind == Kind::Legal {
        return vec![
            Field::text("name", "名称")
                .required()
                .max(100)
                .hint("与营业执照上一致")
                .autocomplete("organization"),
            Field::text("credit_code", "统一社会信用代码").required().max(20).hint("营业执照上的 18 位代码"),
            Field::text("representative", "法定代表人或负责人姓名").required().max(50),
            id("法定代表人或负责人身份证号码"),
            address,
        ];
    }
    vec![
        Field::text("name", "姓名")
            .required()
            .max(50)
            .hint("与身份证上一致，生僻字可以直接输入")
            .autocomplete("name"),
        id("身份证号码"),
        address,
    ]
}

/// `POST /register/{kind}` with `do=send` for the code, or the whole form.
pub async fn submit(cx: PageCx, headers: HeaderMap, Path(kind): Path<String>, typed: Fields) -> Answer {
    let (app, kind) = (&cx.app, kind_of(&kind)?);
    if typed.get("do") == "send" {
        return send_code(&cx, kind, &typed).await;
    }
    let (account, mut problems) = read(app, kind, &typed);
    if !problems.is_empty() {
        return page(&cx, StatusCode::UNPROCESSABLE_ENTITY, kind, &typed, problems, Sent::Yes);
    }
    // Last, because a right code is used up: nobody should wait for another one over a weak password.
    if !codes::check(app, Purpose::Register, &account.phone, typed.get("code")).await? {
        problems.add("code", "验证码不对或已过期，请核对短信，或重新获取");
        return page(&cx, StatusCode::UNPROCESSABLE_ENTITY, kind, &typed, problems, Sent::Yes);
    }
    let phc = passwords::hash(typed.get("password")).await?;
    let mut tx = app.db.begin().await?;
    let subject = match accounts::add(app, &mut tx, &account, &phc).await {
        Ok(subject) => subject,
        Err(fault) => {
            tx.rollback().await;
            return Err(fault.into());
        }
    };
    let cookie = sessions::open(app, &mut tx, &cx.cx, &subject, &super::login::device(&headers)).await?;
    tx.commit().await?;
    let next = if kind == Kind::Agent { "/me/mandates" } else { "/me" };
    let mut response = Flash::done("注册成功，您已登录").redirect(app, next);
    response.headers_mut().append(http::header::SET_COOKIE, cookie);
    Ok(response)
}

async fn send_code(cx: &PageCx, kind: Kind, typed: &Fields) -> Answer {
    let phone = law::codes::normalise(typed.get("phone"));
    let mut problems = Problems::none();
    if !is_mobile(&phone) {
        problems.add("phone", "请填写 11 位手机号，以 1 开头");
        return page(cx, StatusCode::UNPROCESSABLE_ENTITY, kind, typed, problems, Sent::No);
    }
    match codes::send(&cx.app, Purpose::Register, &phone, true).await {
        Ok(code) => page(cx, StatusCode::OK, kind, typed, problems, Sent::of(code)),
        Err(fault @ Fault::CodeTooSoon { .. }) => {
            problems.add("code", fault.face().next);
            page(cx, fault.face().status, kind, typed, problems, Sent::Yes)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The form as an account, and everything that is wrong with it at once.
fn read(app: &App, kind: Kind, typed: &Fields) -> (NewAccount, Problems) {
    let mut problems = Problems::none();
    let mut note = |field: &str, fault: Option<String>| {
        if let Some(says) = fault {
            problems.add(field, says);
        }
    };
    let legal = kind == Kind::Legal;
    let name = if legal { typed.get("name").to_string() } else { names::tidy(typed.get("name")) };
    note("name", if legal { names::fault_of_organisation(&name) } else { names::fault_of_person(&name) });
    let representative = if legal { names::tidy(typed.get("representative")) } else { String::new() };
    let mut credit_code = String::new();
    if legal {
        let credit = read_credit(typed);
        credit_code = credit.code;
        note("credit_code", credit.fault);
        note("confirm_credit", credit.doubt);
        note("representative", names::fault_of_person(&representative));
    }
    let id = CitizenId::parse(typed.get("id_number")).and_then(|id| id.born_by(app.today()));
    note("id_number", id.as_ref().err().map(law::codes::CodeFault::explain));
    let phone = law::codes::normalise(typed.get("phone"));
    note("phone", (!is_mobile(&phone)).then(|| "请填写 11 位手机号，以 1 开头".into()));
    note("code", typed.get("code").is_empty().then(|| "请填写短信验证码；还没有的，先点“获取验证码”".into()));
    let id_number = id.map(|id| id.as_str().to_string()).unwrap_or_default();
    note("password", passwords::weakness(typed.get("password"), &[&name, &phone, &id_number, &credit_code]));
    let same = typed.get("password") == typed.get("password_again");
    note("password_again", (!same).then(|| "两次输入的密码不一样，请重新输入".into()));
    let address = typed.get("address").chars().take(200).collect();
    let account = NewAccount {
        kind,
        name,
        representative,
        id_number,
        phone,
        credit_code,
        address,
        login: None,
        bureau: None,
    };
    (account, problems)
}

struct Credit {
    code: String,
    fault: Option<String>,
    doubt: Option<String>,
}

/// Real codes with a wrong check digit exist, so that one is asked about; anything else is refused.
fn read_credit(typed: &Fields) -> Credit {
    let nothing = Credit { code: String::new(), fault: None, doubt: None };
    match CreditCode::parse_or_warn(typed.get("credit_code")) {
        Err(fault) => Credit { fault: Some(fault.explain()), ..nothing },
        Ok((code, doubt)) => {
            let doubt = doubt.filter(|_| !typed.ticked("confirm_credit"));
            let doubt = doubt.map(|doubt| format!("{}。如果执照上确实如此，请勾选确认", doubt.explain()));
            Credit { code: code.as_str().to_string(), doubt, ..nothing }
        }
    }
}
