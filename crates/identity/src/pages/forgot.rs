//! A forgotten password: whoever holds the account's phone sets a new one.

use askama::Template;
use http::StatusCode;
use web::parts::{Field, Input};
use web::{Answer, Fields, Page, PageCx, Problems, html_with_status};

use super::login::{Sent, code_field, is_mobile, phone_field, signed_out};
use crate::codes::{self, Purpose};
use crate::lockout::{self, Door};
use crate::{Fault, accounts, passwords, sessions};

#[derive(Template)]
#[template(path = "identity/forgot.html")]
struct ForgotPage {
    page: Page,
    problems: Problems,
    phone: Field,
    /// Code and the new password twice; asked for once a code was sent.
    fields: Vec<Field>,
    sent: bool,
    shown: Option<String>,
}

fn page(cx: &PageCx, status: StatusCode, typed: &Fields, problems: Problems, sent: Sent) -> Answer {
    let secret = |name: &str, label: &str| {
        let field = Field::new(name, label, Input::Password).required().autocomplete("new-password");
        field.error(problems.at(name))
    };
    let fields = vec![
        code_field().fill(typed, &problems),
        secret("password", "新密码").hint("至少 8 个字符，包含字母、数字、符号中的两种"),
        secret("password_again", "再输一遍新密码"),
    ];
    let page = ForgotPage {
        page: cx.page("重设密码").crumb("登录", "/login"),
        phone: phone_field().fill(typed, &problems),
        fields,
        problems,
        sent: !matches!(sent, Sent::No),
        shown: if let Sent::Shown(code) = sent { Some(code) } else { None },
    };
    html_with_status(status, &page)
}

/// `GET /login/forgot`
pub async fn form(cx: PageCx) -> Answer {
    page(&cx, StatusCode::OK, &Fields::from_iter([]), Problems::none(), Sent::No)
}

/// `POST /login/forgot` with `do=send` for the code, or with the code and the new password.
pub async fn set(cx: PageCx, typed: Fields) -> Answer {
    let app = &cx.app;
    let phone = law::codes::normalise(typed.get("phone"));
    let mut problems = Problems::none();
    if !is_mobile(&phone) {
        problems.add("phone", "请填写 11 位手机号，以 1 开头");
        return page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, Sent::No);
    }
    let subject = accounts::by_name(app, &mut app.db.clone(), "phone", &phone).await?;
    if typed.get("do") == "send" {
        return send(&cx, &typed, &phone, subject.is_some()).await;
    }
    // Looked at before the code, which is used up by looking at it.
    if let Some(weak) = passwords::weakness(typed.get("password"), &[&phone]) {
        problems.add("password", weak);
    }
    if typed.get("password") != typed.get("password_again") {
        problems.add("password_again", "两次输入的密码不一样，请重新输入");
    }
    if !problems.is_empty() {
        return page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, Sent::Yes);
    }
    let address: Vec<_> = cx.cx.ip().map(|ip| (Door::Address, ip.to_string())).into_iter().collect();
    lockout::try_doors(app, &address).await?;
    if codes::check(app, Purpose::Password, &phone, typed.get("code")).await?
        && let Some(subject) = subject
    {
        lockout::forget(app, &address).await?;
        lockout::forget(app, &[(Door::Name, phone)]).await?;
        take(&cx, &subject, typed.get("password")).await?;
        return Ok(signed_out(app, &cx.cx, "新密码已设好，所有设备都已退出，请用新密码登录"));
    }
    problems.add("code", "验证码不对或已过期，请核对短信，或重新获取");
    page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, Sent::Yes)
}

async fn send(cx: &PageCx, typed: &Fields, phone: &str, known: bool) -> Answer {
    match codes::send(&cx.app, Purpose::Password, phone, known).await {
        Ok(code) => page(cx, StatusCode::OK, typed, Problems::none(), Sent::of(code)),
        Err(fault @ Fault::CodeTooSoon { .. }) => {
            let mut problems = Problems::none();
            problems.add("code", fault.face().next);
            page(cx, fault.face().status, typed, problems, Sent::Yes)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// A new password signs out every place: whoever knew the old one is out.
async fn take(cx: &PageCx, subject: &str, password: &str) -> Result<(), Fault> {
    let phc = passwords::hash(password).await?;
    let mut tx = cx.app.db.begin().await?;
    accounts::set_password(&mut tx, subject, &phc, cx.app.now()).await?;
    sessions::revoke_all(&mut tx, subject, cx.app.now()).await?;
    tx.commit().await?;
    Ok(())
}
