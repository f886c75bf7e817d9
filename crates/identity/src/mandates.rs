//! 委托: an agent asks and shows the signed paper, the principal confirms; from then to the last day the agent may act for
//! the principal.

use std::collections::BTreeMap;

use db::{Exec, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use web::App;

use crate::{Fault, inbox};

/// A mandate as one of its two sides sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mandate {
    pub id: String,
    /// The other side's subject: the principal for the agent, the agent for the principal.
    pub other: String,
    pub other_name: String,
    pub scope: String,
    pub from: Date,
    pub to: Date,
    pub state: State,
    /// None for one confirmed at the counter, or asked before papers were uploaded.
    pub paper: Option<Paper>,
}

/// The signed paper 委托书 as it was uploaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    pub name: String,
    /// SM3 of the bytes: the address in `files`.
    pub digest: String,
    /// Media type by content.
    pub kind: String,
    pub bytes: i64,
}

/// A mandate under which a case was filed, for the officers who handle it.
#[derive(Clone, Debug, PartialEq)]
pub struct Behind {
    pub id: String,
    /// The agent's name.
    pub agent: String,
    pub scope: String,
    pub from: Date,
    pub to: Date,
    pub paper: Option<Paper>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Asked,
    Confirmed,
    Refused,
    Ended,
}

impl State {
    pub fn code(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Confirmed => "confirmed",
            State::Refused => "refused",
            State::Ended => "ended",
        }
    }
    fn from_code(code: &str) -> Option<State> {
        [State::Asked, State::Confirmed, State::Refused, State::Ended]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

impl Mandate {
    pub fn in_force(&self, today: Date) -> bool {
        self.state == State::Confirmed && self.from <= today && today <= self.to
    }

    /// How it stands, in a word.
    pub fn says(&self, today: Date) -> &'static str {
        match self.state {
            State::Asked => "等委托人确认",
            State::Refused => "委托人未同意",
            State::Ended => "已解除",
            State::Confirmed if today < self.from => "尚未生效",
            State::Confirmed if today > self.to => "已到期",
            State::Confirmed => "有效",
        }
    }
}

/// Who is who in a new mandate.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Subject and name.
    pub agent: (&'a str, &'a str),
    pub principal: (&'a str, &'a str),
    pub scope: &'a str,
    pub from: Date,
    pub to: Date,
    pub paper: Option<&'a Paper>,
}

/// The agent asks; the principal finds it in the inbox.
pub async fn ask(app: &App, tx: &mut Tx, asked: &Asked<'_>) -> Result<String, Fault> {
    let id = write(app, tx, asked, State::Asked).await?;
    let words = format!(
        "{}请求在 {} 至 {} 期间代您办理：{}。同意前请核实对方身份，打开委托书核对签名。",
        asked.agent.1, asked.from, asked.to, asked.scope
    );
    tx.perform(inbox::tell(app, asked.principal.0, "有人请求代您办事，请确认", &words, "/me/mandates"))
        .await?;
    Ok(id)
}

/// A mandate that was confirmed elsewhere: on paper at the counter, or in the demo's story.
pub async fn add_confirmed(app: &App, tx: &mut Tx, asked: &Asked<'_>) -> Result<String, Fault> {
    write(app, tx, asked, State::Confirmed).await
}

async fn write(app: &App, tx: &mut Tx, asked: &Asked<'_>, state: State) -> Result<String, Fault> {
    let (id, now) = (app.new_id(), app.now());
    let decided = (state == State::Confirmed).then_some(now.as_microsecond());
    tx.execute(
        "insert into mandate (subject, id, principal, principal_name, scope, valid_from, valid_to, state, asked_at,
                              decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            asked.agent.0,
            &id,
            asked.principal.0,
            asked.principal.1,
            asked.scope,
            asked.from,
            asked.to,
            state.code(),
            now,
            decided
        ],
    )
    .await?;
    tx.execute(
        "insert into mandate_given (subject, id, agent, agent_name, scope, valid_from, valid_to, state, asked_at,
                                    decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            asked.principal.0,
            &id,
            asked.agent.0,
            asked.agent.1,
            asked.scope,
            asked.from,
            asked.to,
            state.code(),
            now,
            decided
        ],
    )
    .await?;
    if let Some(paper) = asked.paper {
        keep_paper(tx, asked.agent.0, &id, paper, now).await?;
        keep_paper(tx, asked.principal.0, &id, paper, now).await?;
    }
    Ok(id)
}

async fn keep_paper(
    tx: &mut Tx,
    subject: &str,
    mandate: &str,
    paper: &Paper,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.execute(
        "insert into mandate_paper (subject, mandate, name, digest, kind, bytes, added_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        params![subject, mandate, &paper.name, &paper.digest, &paper.kind, paper.bytes, now],
    )
    .await?;
    Ok(())
}

/// The paper of a mandate that this person has given, is asked for or holds.
pub async fn paper(db: &mut impl Exec, subject: &str, mandate: &str) -> Result<Option<Paper>, Fault> {
    let row = db
        .query_opt(
            "select name, digest, kind, bytes from mandate_paper where subject = $1 and mandate = $2",
            params![subject, mandate],
        )
        .await?;
    Ok(row.as_ref().map(|row| read_paper(row, 0)).transpose()?)
}

fn read_paper(row: &db::Row, from: usize) -> Result<Paper, db::Fault> {
    Ok(Paper {
        name: row.text(from)?,
        digest: row.text(from + 1)?,
        kind: row.text(from + 2)?,
        bytes: row.int(from + 3)?,
    })
}

/// The papers of a person's mandates, by mandate.
async fn papers_of(db: &mut impl Exec, subject: &str) -> Result<BTreeMap<String, Paper>, db::Fault> {
    let rows = db
        .query(
            "select mandate, name, digest, kind, bytes from mandate_paper
              where subject = $1 order by added_at desc limit 100",
            params![subject],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, read_paper(row, 1)?))).collect()
}

/// The mandates that covered `day` between these two, newest first, whatever became of them since.
pub async fn behind(
    db: &mut impl Exec,
    agent: &str,
    principal: &str,
    day: Date,
) -> Result<Vec<Behind>, db::Fault> {
    let rows = db
        .query(
            "select id, agent, agent_name, scope, valid_from, valid_to, state from mandate_given
              where subject = $1 and agent = $2 and valid_from <= $3 and valid_to >= $3 and state in ($4, $5)
              order by asked_at desc limit 10",
            params![principal, agent, day, State::Confirmed.code(), State::Ended.code()],
        )
        .await?;
    let mut papers = papers_of(db, principal).await?;
    let behind = rows.iter().map(|row| {
        let mandate = read(row)?;
        Ok(Behind {
            paper: papers.remove(&mandate.id),
            agent: mandate.other_name,
            id: mandate.id,
            scope: mandate.scope,
            from: mandate.from,
            to: mandate.to,
        })
    });
    behind.collect()
}

/// The principal confirms, refuses or ends. `Fault::Unknown` when it isn't his or isn't open for that.
pub async fn decide(app: &App, tx: &mut Tx, principal: &str, id: &str, to: State) -> Result<(), Fault> {
    let was = if to == State::Ended { State::Confirmed } else { State::Asked };
    let now = app.now();
    let row = tx
        .query_opt(
            "update mandate_given set state = $1, decided_at = $2
              where subject = $3 and id = $4 and state = $5 returning agent",
            params![to.code(), now, principal, id, was.code()],
        )
        .await?;
    let agent = row.ok_or(Fault::Unknown)?.text(0)?;
    tx.execute(
        "update mandate set state = $1, decided_at = $2 where subject = $3 and id = $4",
        params![to.code(), now, &agent, id],
    )
    .await?;
    let title = match to {
        State::Confirmed => "委托已确认，您可以代为办理了",
        State::Refused => "委托人没有同意您的代办请求",
        _ => "委托人已解除委托",
    };
    tx.perform(inbox::tell(app, &agent, title, "在“我的委托”里可以查看。", "/me/mandates")).await?;
    Ok(())
}

/// The mandate of an agent, if it is in force today.
pub async fn in_force(
    db: &mut impl Exec,
    agent: &str,
    id: &str,
    today: Date,
) -> Result<Option<Mandate>, Fault> {
    let row = db
        .query_opt(
            "select id, principal, principal_name, scope, valid_from, valid_to, state from mandate
              where subject = $1 and id = $2",
            params![agent, id],
        )
        .await?;
    let mandate = row.as_ref().map(read).transpose()?;
    Ok(mandate.filter(|mandate| mandate.in_force(today)))
}

/// Whether some mandate lets the agent act for the principal today.
pub async fn acts_for(
    db: &mut impl Exec,
    agent: &str,
    principal: &str,
    today: Date,
) -> Result<bool, db::Fault> {
    let row = db
        .query_opt(
            "select 1 from mandate
              where subject = $1 and principal = $2 and state = $3 and valid_from <= $4 and valid_to >= $4 limit 1",
            params![agent, principal, State::Confirmed.code(), today],
        )
        .await?;
    Ok(row.is_some())
}

/// Mandates this person acts under, newest first.
pub async fn held_by(db: &mut impl Exec, agent: &str) -> Result<Vec<Mandate>, Fault> {
    let rows = db
        .query(
            "select id, principal, principal_name, scope, valid_from, valid_to, state from mandate
              where subject = $1 order by asked_at desc limit 100",
            params![agent],
        )
        .await?;
    with_papers(db, agent, &rows).await
}

/// Mandates this person has given or is asked for, newest first.
pub async fn given_by(db: &mut impl Exec, principal: &str) -> Result<Vec<Mandate>, Fault> {
    let rows = db
        .query(
            "select id, agent, agent_name, scope, valid_from, valid_to, state from mandate_given
              where subject = $1 order by asked_at desc limit 100",
            params![principal],
        )
        .await?;
    with_papers(db, principal, &rows).await
}

async fn with_papers(db: &mut impl Exec, subject: &str, rows: &[db::Row]) -> Result<Vec<Mandate>, Fault> {
    let mut papers = papers_of(db, subject).await?;
    let mandates = rows.iter().map(|row| {
        let mandate = read(row)?;
        Ok(Mandate { paper: papers.remove(&mandate.id), ..mandate })
    });
    mandates.collect()
}

fn read(row: &db::Row) -> Result<Mandate, db::Fault> {
    Ok(Mandate {
        id: row.text(0)?,
        other: row.text(1)?,
        other_name: row.text(2)?,
        scope: row.text(3)?,
        from: row.date(4)?,
        to: row.date(5)?,
        state: State::from_code(&row.text(6)?).ok_or_else(|| db::Fault::Shape("mandate.state".into()))?,
        paper: None,
    })
}
