//! A step on a text or a change: taken in the version the officer saw, in one transaction, and told where it was asked for.

use db::{Statement, Tx};
use identity::{Act, Officer};
use web::{Answer, App, Fields, Flash, Refusal};

use super::seen;
use crate::fault::Fault;
use crate::live;
use crate::store::changes::Officer as By;

/// Who takes it, on what.
pub struct Step<'a> {
    pub app: &'a App,
    pub officer: &'a Officer,
    pub bureau: &'a str,
    pub id: &'a str,
    /// The version that the officer saw.
    seen: i64,
    /// Where the officer goes when it can't be taken, and what the link there is called.
    back: (&'static str, String),
}

/// Taken, not yet committed.
pub struct Taken<'a, T> {
    pub tx: Tx,
    pub made: T,
    app: &'a App,
}

impl<'a> Step<'a> {
    pub fn new(
        app: &'a App,
        officer: &'a Officer,
        act: Act,
        (bureau, id): (&'a str, &'a str),
        sent: &Fields,
        back: (&'static str, String),
    ) -> Answer<Step<'a>> {
        officer.may(act, bureau)?;
        Ok(Step { app, officer, bureau, id, seen: seen(sent.get("version"))?, back })
    }

    /// Bureau, id and version, as every statement wants them.
    pub fn place(&self) -> (&'a str, &'a str, i64) {
        (self.bureau, self.id, self.seen)
    }

    pub fn by(&self) -> By<'a> {
        super::by(self.officer)
    }

    pub async fn take<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T, Fault>) -> Answer<Taken<'a, T>> {
        let mut tx = self.app.db.begin().await?;
        let made = act(&mut tx).await.map_err(|fault| self.refused(&fault))?;
        Ok(Taken { tx, made, app: self.app })
    }

    fn refused(&self, fault: &Fault) -> Refusal {
        let (says, href) = &self.back;
        Refusal::caused(fault.face().action(*says, href.clone()), fault)
    }
}

impl<T> Taken<'_, T> {
    /// Commits it with the messages it sets off, lets the running catalogue know, and says so.
    pub async fn done(self, messages: Vec<Statement>, says: impl Into<String>, to: &str) -> Answer {
        self.tx.commit_with(messages).await?;
        live::renew(self.app).await?;
        Ok(Flash::done(says).redirect(self.app, to))
    }
}
