//! The face of a fault: what the person is told, and nothing of what went on inside.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// What a fault looks like from outside. Says what happened in `says`, what to do in `next`, under which rule in
/// `under`.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    pub status: StatusCode,
    /// Stable word for programs and tests, like `case-unknown`.
    pub code: &'static str,
    pub says: String,
    pub next: String,
    /// The citation of the rule, worded for people: 《行政许可法》第三十二条第一款.
    pub under: Option<String>,
    /// Ways on: label and address.
    pub actions: Vec<(String, String)>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u32>,
}

impl Face {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        says: impl Into<String>,
        next: impl Into<String>,
    ) -> Face {
        Face {
            status,
            code,
            says: says.into(),
            next: next.into(),
            under: None,
            actions: Vec::new(),
            retry_after: None,
        }
    }

    pub fn under(mut self, citation: impl ToString) -> Face {
        self.under = Some(citation.to_string());
        self
    }

    pub fn action(mut self, label: impl Into<String>, href: impl Into<String>) -> Face {
        self.actions.push((label.into(), href.into()));
        self
    }

    pub fn retry_after(mut self, seconds: u32) -> Face {
        self.retry_after = Some(seconds);
        self
    }

    /// A thing that is missing, or that this person may not know exists: the two must look the same.
    pub fn unknown(code: &'static str, says: impl Into<String>, next: impl Into<String>) -> Face {
        Face::new(StatusCode::NOT_FOUND, code, says, next)
    }

    /// Input that can't be taken as it is.
    pub fn invalid(code: &'static str, says: impl Into<String>, next: impl Into<String>) -> Face {
        Face::new(StatusCode::UNPROCESSABLE_ENTITY, code, says, next)
    }

    /// A step that is not open now.
    pub fn conflict(code: &'static str, says: impl Into<String>, next: impl Into<String>) -> Face {
        Face::new(StatusCode::CONFLICT, code, says, next)
    }

    /// Our own fault.
    pub fn internal() -> Face {
        Face::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "系统出了问题，这一步没有办成",
            "请稍后再试。急需办理的，可到窗口办理，或拨打 12313，报上本页下方的编号。",
        )
    }
}

/// A fault on its way out of a handler. The cause goes to the log only; the layer around all routes draws the page
/// (or JSON) because only it knows the request.
#[derive(Debug)]
pub struct Refusal(Box<Inner>);

#[derive(Debug)]
struct Inner {
    face: Face,
    cause: Option<String>,
}

/// What a handler answers.
pub type Answer<T = Response> = Result<T, Refusal>;

impl Refusal {
    pub fn new(face: Face) -> Refusal {
        Refusal(Box::new(Inner { face, cause: None }))
    }

    /// With an inner cause for the log. Must hold no personal data: log lines are kept longer than cases are open.
    pub fn caused(face: Face, cause: impl std::fmt::Display) -> Refusal {
        Refusal(Box::new(Inner { face, cause: Some(cause.to_string()) }))
    }

    pub fn internal(cause: impl std::fmt::Display) -> Refusal {
        Refusal::caused(Face::internal(), cause)
    }

    pub fn face(&self) -> &Face {
        &self.0.face
    }

    pub fn status(&self) -> StatusCode {
        self.0.face.status
    }
}

impl From<Face> for Refusal {
    fn from(face: Face) -> Refusal {
        Refusal::new(face)
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Refusal {
        Refusal::internal(error)
    }
}

/// Marks an answer that still has to get its page. Read by [`crate::layers`] and by `identity`, which keeps what was
/// typed when the code is `login-needed`.
#[derive(Clone, Debug)]
pub struct Faced(pub Face);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Inner { face, cause } = *self.0;
        if face.status.is_server_error() {
            tracing::error!(code = face.code, cause = cause.as_deref(), "refused");
        } else if let Some(cause) = cause {
            tracing::info!(code = face.code, cause, "refused");
        }
        // The plain words are what a handler tested without the layers answers.
        let mut response = (face.status, format!("{}\n{}\n", face.says, face.next)).into_response();
        response.extensions_mut().insert(Faced(face));
        response
    }
}

impl From<db::Fault> for Refusal {
    fn from(fault: db::Fault) -> Refusal {
        Refusal::caused(database_face(&fault), &fault)
    }
}

/// What people are told when the database can't do its part.
pub fn database_face(fault: &db::Fault) -> Face {
    let busy = StatusCode::SERVICE_UNAVAILABLE;
    match fault {
        db::Fault::Busy => Face::new(
            busy,
            "busy",
            "现在办理的人较多，这一步还没有办成",
            "您填写的内容没有丢失。请过几秒再提交一次。",
        )
        .retry_after(2),
        db::Fault::Unavailable(_) | db::Fault::Closed => Face::new(
            busy,
            "database-unavailable",
            "系统暂时连不上数据库，这一步还没有办成",
            "请过半分钟再试。急需办理的，可到窗口办理，或拨打 12313。",
        )
        .retry_after(30),
        db::Fault::Full => Face::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "disk-full",
            "系统存储空间已满，这一步还没有办成",
            "我们已收到告警。请稍后再试，或到窗口办理。",
        )
        .retry_after(300),
        // The commit may or may not have happened; the same key sent again finds out without doing it twice.
        db::Fault::UnknownOutcome(_) => Face::new(
            busy,
            "outcome-unknown",
            "正在确认刚才的提交是否成功，请勿重复填写",
            "请稍等几秒后刷新，或到“我的”查看。再次提交同一份内容不会产生两份申请。",
        )
        .action("查看我的办件", "/me")
        .retry_after(5),
        // A compare-and-set touched nothing: somebody was quicker.
        db::Fault::Expected { .. } => Face::conflict(
            "changed-meanwhile",
            "这份内容刚刚被别人改过，您的这一步没有生效",
            "请刷新页面，看看最新情况，再决定怎么办。",
        ),
        _ => Face::internal(),
    }
}
