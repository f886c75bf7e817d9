//! The steps that move the state, and what follows from them: the index number, the public copy, history and messages.

use db::{Exec, Tx, counter};
use identity::{Act, Post, inbox, officers};
use jiff::Timestamp;
use serde_json::{Value, json};
use web::App;
use web::clock::office_day;

use super::{By, desk_address, numbers, seen, write_down};
use crate::Fault;
use crate::article::{Article, Content, Published, index_number};
use crate::state::{Person, Standing, State, Step, Work};
use crate::store::{self, Version};

/// Takes a step on an article that was seen at `version`. What is approved for now is published at once.
pub async fn take(
    app: &App,
    by: &By,
    (bureau, id): (&str, &str),
    version: i64,
    step: Step,
) -> Result<Article, Fault> {
    let mut tx = app.db.begin().await?;
    let article = seen(&mut tx, bureau, id, version).await?;
    if matches!(step, Step::Submit { .. }) {
        let problems = article.content.problems();
        if !problems.is_empty() {
            return Err(Fault::Typed(problems));
        }
    }
    let at_once = matches!(&step, Step::Approve { at, .. } if *at <= by.at);
    let mut article = moved(app, &mut tx, article, by, step).await?;
    if at_once {
        article = moved(app, &mut tx, article, by, Step::Publish { now: by.at }).await?;
    }
    tx.commit().await?;
    Ok(article)
}

/// What the watchman does when an instant has come.
pub async fn come_due(app: &App, bureau: &str, id: &str, now: Timestamp) -> Result<(), Fault> {
    let by = By::new("system", "系统定时", now);
    let mut tx = app.db.begin().await?;
    let mut article = store::by_id(&mut tx, bureau, id).await?.ok_or(Fault::Unknown)?;
    if matches!(&article.state.standing, Standing::Published { until: Some(until), .. } if *until <= now) {
        let step =
            Step::Withdraw { at: now, why: "公开期限已满，按设定的时间撤下".to_owned() };
        article = moved(app, &mut tx, article, &by, step).await?;
    }
    if matches!(&article.state.work, Work::Approved { at, .. } if *at <= now) {
        moved(app, &mut tx, article, &by, Step::Publish { now }).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The article after a step, with everything that follows, in the caller's transaction.
async fn moved(app: &App, tx: &mut Tx, article: Article, by: &By, step: Step) -> Result<Article, Fault> {
    let (act, data) = (step.code(), details(&step));
    let before = article.state.clone();
    let state = before.clone().take(step.clone())?;
    let mut article = Article { state, ..article };
    if matches!(step, Step::Discard | Step::Repeal { .. }) {
        article.content = last_public(tx, &article).await?.unwrap_or(article.content);
    }
    let is_published_now = matches!(step, Step::Publish { .. });
    if is_published_now && article.index_no.is_none() {
        article.index_no = Some(next_index(tx, &article.bureau, by.at).await?);
    }
    let article = write_down(tx, article, by, act, data).await?;
    if is_published_now {
        keep_version(tx, &article, &before, by.at).await?;
    }
    // Submitted, it must have a number of its own; discarded, it gives up what the public never saw.
    if matches!(step, Step::Submit { .. } | Step::Discard) {
        numbers::hold(tx, &article).await?;
    }
    if article.state.standing != before.standing {
        show(tx, &article, by.at).await?;
    }
    if by.tells {
        tell(app, tx, &article, &before, by, &step).await?;
    }
    Ok(article)
}

/// 索引号: one series a bureau and year, taken in the transaction that publishes, so that no number is lost.
async fn next_index(tx: &mut Tx, bureau: &str, now: Timestamp) -> Result<String, Fault> {
    let year = office_day(now).year();
    let serial = counter::next(tx, bureau, &format!("disclosure:{year}")).await?;
    Ok(index_number(bureau, year, serial))
}

async fn last_public(tx: &mut Tx, article: &Article) -> Result<Option<Content>, Fault> {
    let versions = store::versions(tx, &article.bureau, &article.id).await?;
    Ok(versions.into_iter().next_back().map(|version| version.content))
}

async fn keep_version(tx: &mut Tx, article: &Article, before: &State, now: Timestamp) -> Result<(), Fault> {
    let names = |people: &[Person]| people.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("、");
    let approved_by = match &before.work {
        Work::Approved { by, .. } => by.name.clone(),
        _ => String::new(),
    };
    let version = Version {
        number: article.state.standing.version(),
        content: article.content.clone(),
        published_at: now,
        written_by: names(before.work.authors()),
        approved_by,
    };
    tx.perform(store::keep_version(&article.bureau, &article.id, &version)).await?;
    Ok(())
}

/// Brings the public copy up to what has just been decided. Its text is that of the newest public version, not of a
/// revision that is still being written.
async fn show(tx: &mut Tx, article: &Article, now: Timestamp) -> Result<(), Fault> {
    let Some(index_no) = article.index_no.clone() else { return Ok(()) };
    let known = store::by_index(tx, &article.bureau, &index_no).await?;
    let content = last_public(tx, article).await?.unwrap_or_else(|| article.content.clone());
    let published = Published {
        bureau: article.bureau.clone(),
        index_no,
        article_id: article.id.clone(),
        standing: article.state.standing.clone(),
        content,
        published_at: known.map_or(now, |known| known.published_at),
        changed_at: now,
    };
    for write in store::publish(&published) {
        tx.perform(write).await?;
    }
    Ok(())
}

fn details(step: &Step) -> Value {
    match step {
        Step::Approve { at, .. } => json!({ "at": at }),
        Step::PlanWithdrawal { until } => json!({ "until": until }),
        Step::Return { why, .. } | Step::Withdraw { why, .. } => json!({ "why": why }),
        Step::Repeal { on, why } => json!({ "on": on, "why": why }),
        Step::Write { .. } | Step::Submit { .. } | Step::Discard | Step::Publish { .. } => json!({}),
    }
}

/// Reviewers are told what waits for them; authors are told what became of it.
async fn tell(
    app: &App,
    tx: &mut Tx,
    article: &Article,
    before: &State,
    by: &By,
    step: &Step,
) -> Result<(), Fault> {
    let link = desk_address(&article.bureau, &article.id);
    let title = &article.content.title;
    let (to, head, words) = match step {
        Step::Submit { .. } => {
            let words = format!("{}提交了“{title}”，请审核。", by.person.name);
            (reviewers(tx, article, by).await?, "有信息公开稿件等您审核", words)
        }
        Step::Return { why, .. } => {
            (authors(before), "信息公开稿件被退回", format!("“{title}”被{}退回：{why}", by.person.name))
        }
        Step::Approve { .. } => {
            (authors(before), "信息公开稿件已审核通过", format!("“{title}”已由{}审核通过。", by.person.name))
        }
        _ => return Ok(()),
    };
    for id in to.iter().filter(|id| **id != by.person.id) {
        tx.perform(inbox::tell(app, id, head, &words, &link)).await?;
    }
    Ok(())
}

fn authors(state: &State) -> Vec<String> {
    state.work.authors().iter().map(|author| author.id.clone()).collect()
}

async fn reviewers(tx: &mut Tx, article: &Article, by: &By) -> Result<Vec<String>, Fault> {
    let mut ids = Vec::new();
    for post in Post::ALL.into_iter().filter(|post| identity::may(*post, Act::ReviewDisclosure)) {
        let held = officers::holding(tx, &article.bureau, post, office_day(by.at)).await?;
        ids.extend(held.into_iter().map(|one| one.id));
    }
    let wrote = |id: &String| article.state.work.authors().iter().any(|author| author.id == *id);
    ids.retain(|id| !wrote(id));
    ids.dedup();
    Ok(ids)
}
