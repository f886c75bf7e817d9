//! The five pages of a draft and their order.

use axum::response::{IntoResponse, Redirect, Response};
use web::parts::Steps;
use web::{App, Page, PageCx};

use crate::Fault;
use crate::actions::{self, Terms};
use crate::case::Material;
use crate::intake::Looked;
use crate::store::Draft;

/// A page of the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    Notice,
    Check,
    Form,
    Materials,
    Confirm,
}

impl At {
    pub const ALL: [At; 5] = [At::Notice, At::Check, At::Form, At::Materials, At::Confirm];

    pub fn code(self) -> &'static str {
        match self {
            At::Notice => "notice",
            At::Check => "check",
            At::Form => "form",
            At::Materials => "materials",
            At::Confirm => "confirm",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            At::Notice => "须知",
            At::Check => "自检",
            At::Form => "填写",
            At::Materials => "材料",
            At::Confirm => "确认提交",
        }
    }

    /// How far the draft has come. A word we don't know begins at the beginning.
    pub fn reached(draft: &Draft) -> At {
        At::ALL.into_iter().find(|at| at.code() == draft.step).unwrap_or(At::Notice)
    }

    pub fn path(self, id: &str) -> String {
        format!("/drafts/{id}/{}", self.code())
    }

    pub fn go(self, id: &str) -> Response {
        Redirect::to(&self.path(id)).into_response()
    }
}

/// A draft with what its item says of it.
pub struct Sheet {
    pub draft: Draft,
    pub terms: Terms,
    pub materials: Vec<Material>,
    pub looked: Looked,
    /// The version in force now, when the draft was begun under another.
    newer: Option<String>,
    /// The day since which the bureau's own words hold, when the draft was begun under others.
    newer_local: Option<jiff::civil::Date>,
    /// Why it can't be sent now: paused or ended.
    stopped: Option<String>,
}

impl Sheet {
    /// The person's own draft, whichever page it has come to.
    pub async fn open(app: &App, subject: &str, id: &str) -> Result<Sheet, Fault> {
        let draft = actions::draft(app, subject, id).await?;
        let (terms, materials, looked) = actions::look(app, &draft).await?;
        let catalogue = app.part::<catalog::Catalogue>();
        let item = catalogue.item(&draft.item);
        let newer = item.map(|item| item.version.clone()).filter(|version| *version != draft.item_version);
        let newer_local = actions::newer_local(app, &draft).map(|local| local.effective);
        let standing = item.map(|item| catalogue.standing_at(item, Some(&draft.bureau), app.today()));
        let stopped =
            standing.filter(|standing| !standing.takes_applications()).and_then(|standing| standing.says());
        Ok(Sheet { draft, terms, materials, looked, newer, newer_local, stopped })
    }

    /// What the applicant is told when the guide changed while the form was being filled in; theirs stays as it is.
    pub fn newer(&self) -> Option<String> {
        if let Some(stopped) = &self.stopped {
            return Some(format!("{stopped}这份申请现在不能提交，填写的内容都保留着。"));
        }
        let newer = self.newer.as_ref()?;
        Some(format!(
            "办事指南已经更新到 {newer} 版。您这份申请是按 {} 版开始填的，继续按 {} 版办，不用重填；想按新版办的，可以删除草稿以后重新申请。",
            self.draft.item_version, self.draft.item_version
        ))
    }

    /// As [`Sheet::newer`], of what the bureau itself says; whoever prefers the newer words may choose them.
    pub fn newer_own(&self) -> Option<String> {
        let day = web::text::date_cn(self.newer_local.filter(|_| self.stopped.is_none())?);
        Some(format!(
            "受理单位自己的规定（承诺时限、免交的材料、窗口等）自{day}起执行新的内容。您这份申请是按原来的内容开始填的，继续按原来的内容办，不用重填；想按新的内容办的，可以改。"
        ))
    }

    /// What differs between the draft's version and the one in force.
    pub fn versions(&self) -> String {
        let guide = format!("/guides/{}/{}", self.draft.item, self.terms.business().slug);
        let to = self.newer.as_deref().unwrap_or(&self.draft.item_version);
        format!("{guide}/versions?from={}&to={to}", self.draft.item_version)
    }

    /// As [`Sheet::open`] for page `at`; `Err` leads back to the page the draft has come to.
    pub async fn at(app: &App, subject: &str, id: &str, at: At) -> Result<Result<Sheet, Response>, Fault> {
        let sheet = Sheet::open(app, subject, id).await?;
        let reached = At::reached(&sheet.draft);
        Ok(if at <= reached { Ok(sheet) } else { Err(reached.go(id)) })
    }

    /// Notes that the draft has come as far as `at`; never back.
    pub fn advance(&mut self, at: At) {
        if At::reached(&self.draft) < at {
            self.draft.step = at.code().to_owned();
        }
    }

    pub fn page(&self, cx: &PageCx, at: At) -> Page {
        cx.page(format!("{}：{}", self.terms.matter(), at.label())).crumb("我的办件", "/me/cases")
    }

    /// The line of steps; those already reached are links.
    pub fn steps(&self, at: At) -> Steps {
        let reached = At::reached(&self.draft);
        let labels = At::ALL.map(At::label);
        let line = Steps::new(labels, at as usize);
        let open = At::ALL.into_iter().filter(|one| *one <= reached && *one != at);
        open.fold(line, |line, one| line.link(one as usize, one.path(&self.draft.id)))
    }
}
