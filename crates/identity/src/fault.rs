//! What can go wrong when people sign in or manage who they are.

use jiff::Timestamp;
use web::{Face, Refusal, text};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("nobody is signed in")]
    NotSignedIn { next: String },
    #[error("an officer opened an applicant's page")]
    NotApplicant,
    #[error("an applicant opened an officer's page")]
    NotOfficer,
    #[error("the post does not allow {act}")]
    NotAllowed { act: &'static str },
    #[error("the bureau is not the officer's")]
    OtherBureau,
    #[error("the account or address is locked")]
    Locked { until: Timestamp },
    #[error("a code was asked for too soon")]
    CodeTooSoon { seconds: i64 },
    #[error("the message could not be sent: {0}")]
    NotSent(String),
    #[error("this name signs in somebody already")]
    Taken { what: &'static str },
    #[error("no such thing of this person")]
    Unknown,
    #[error("the stored secret can't be read: {0}")]
    Sealed(&'static str),
    #[error("hashing failed: {0}")]
    Hashing(String),
    #[error(transparent)]
    Files(#[from] files::Fault),
    #[error(transparent)]
    Store(#[from] db::Fault),
}

impl Fault {
    pub fn face(&self) -> Face {
        use http::StatusCode;
        match self {
            Fault::NotSignedIn { next } => Face::new(
                StatusCode::UNAUTHORIZED,
                "login-needed",
                "请先登录",
                "登录后会回到这一页，刚才填写的内容不会丢失。",
            )
            .action("去登录", format!("/login?{}", crate::pages::next_query(next))),
            Fault::NotApplicant => Face::new(
                StatusCode::FORBIDDEN,
                "applicant-only",
                "这是申请人的页面，工作人员账号不能办理",
                "请到工作台办理；如果您要为自己的店申请，请退出后用个人账号登录。",
            )
            .action("去工作台", "/desk"),
            // Applicants don't learn what pages the workbench has.
            Fault::NotOfficer | Fault::OtherBureau | Fault::Unknown => {
                Face::unknown("not-found", "没有找到这项内容", "请核对编号，或从“我的”里打开。")
                    .action("回到我的", "/me")
            }
            Fault::NotAllowed { act } => Face::new(
                StatusCode::FORBIDDEN,
                "post-lacks-act",
                format!("您的岗位不能办理“{act}”"),
                "请交给有这个岗位的同事办理；岗位有误的，请联系本单位安全管理员。",
            )
            .action("回到工作台", "/desk"),
            Fault::Locked { until } => Face::new(
                StatusCode::TOO_MANY_REQUESTS,
                "locked",
                "输错次数太多，暂时不能登录",
                format!("{} 以后可以再试。忘记密码的，可以用手机号重设密码。", text::minute(*until)),
            )
            .action("重设密码", "/login/forgot")
            .action("用短信验证码登录", "/login/code"),
            Fault::CodeTooSoon { seconds } => Face::new(
                StatusCode::TOO_MANY_REQUESTS,
                "code-too-soon",
                "验证码刚刚发过",
                format!("请查看手机短信；没有收到的，{seconds} 秒后可以重新获取。"),
            ),
            Fault::NotSent(_) => Face::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "message-not-sent",
                "短信没有发出去",
                "请稍后再试，或用密码登录。",
            )
            .retry_after(30),
            Fault::Taken { what } => Face::conflict(
                "already-registered",
                format!("这个{what}已经注册过"),
                "请直接登录；忘记密码的，可以用手机号重设密码。",
            )
            .action("去登录", "/login")
            .action("重设密码", "/login/forgot"),
            Fault::Files(files::Fault::Full) => web::face::database_face(&db::Fault::Full),
            Fault::Files(_) => Face::internal(),
            Fault::Sealed(_) | Fault::Hashing(_) => Face::internal(),
            Fault::Store(fault) => web::face::database_face(fault),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::caused(fault.face(), &fault)
    }
}

impl axum::response::IntoResponse for Fault {
    fn into_response(self) -> axum::response::Response {
        Refusal::from(self).into_response()
    }
}
