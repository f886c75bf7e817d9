//! The applicant at the other end of a request.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use db::Exec;
use http::request::Parts;
use web::App;

use crate::accounts::{Kind, Profile};
use crate::sessions::{self, Session, Standing};
use crate::{Fault, accounts, mandates};

/// A signed-in applicant. `subject` is whose cases and licences these are: the person's own, or the principal's while
/// an agent acts for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub subject: String,
    pub name: String,
    pub kind: Kind,
    pub id_masked: String,
    pub phone_masked: String,
    /// Who really sits there, when that is an agent.
    pub by: Option<Agent>,
}

/// Someone who acts for a principal by mandate.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    pub subject: String,
    pub name: String,
    pub mandate: String,
    pub scope: String,
}

impl Person {
    /// The subject of whoever sits there: the one to write into the history.
    pub fn actor(&self) -> &str {
        self.by.as_ref().map_or(&self.subject, |agent| &agent.subject)
    }

    /// 张三, or 林海涛（代 张三）.
    pub fn actor_name(&self) -> String {
        match &self.by {
            Some(agent) => format!("{}（代 {}）", agent.name, self.name),
            None => self.name.clone(),
        }
    }

    /// All that is known of the applicant, opened: to prefill a form, to address a letter.
    pub async fn profile(&self, app: &App, db: &mut impl Exec) -> Result<Profile, Fault> {
        accounts::profile(app, db, &self.subject).await?.ok_or(Fault::Unknown)
    }

    /// All that is known of the agent, when one acts.
    pub async fn agent_profile(&self, app: &App, db: &mut impl Exec) -> Result<Option<Profile>, Fault> {
        match &self.by {
            Some(agent) => accounts::profile(app, db, &agent.subject).await,
            None => Ok(None),
        }
    }
}

impl FromRequestParts<App> for Person {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Person, Fault> {
        let session = sessions::session_of(parts, app).await?;
        if session.kind == Kind::Officer {
            return Err(Fault::NotApplicant);
        }
        load(app, &session).await
    }
}

impl OptionalFromRequestParts<App> for Person {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Person>, Fault> {
        match sessions::standing(parts, app).await {
            Standing::In(session) if session.kind != Kind::Officer => load(app, &session).await.map(Some),
            _ => Ok(None),
        }
    }
}

/// The mandate is looked at on every request: one that ended yesterday opens nothing today.
async fn load(app: &App, session: &Session) -> Result<Person, Fault> {
    let mut db = app.db.clone();
    let own = Person {
        subject: session.subject.clone(),
        name: session.name.clone(),
        kind: session.kind,
        id_masked: session.id_masked.clone(),
        phone_masked: session.phone_masked.clone(),
        by: None,
    };
    let Some(mandate) = &session.mandate else { return Ok(own) };
    let Some(mandate) = mandates::in_force(&mut db, &session.subject, mandate, app.today()).await? else {
        return Ok(own);
    };
    let principal = accounts::profile(app, &mut db, &mandate.other).await?.ok_or(Fault::Unknown)?;
    Ok(Person {
        subject: principal.subject,
        name: principal.name,
        kind: principal.kind,
        id_masked: principal.id_masked,
        phone_masked: principal.phone_masked,
        by: Some(Agent { subject: own.subject, name: own.name, mandate: mandate.id, scope: mandate.scope }),
    })
}
