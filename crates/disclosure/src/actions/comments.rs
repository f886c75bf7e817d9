//! Comments: said by anybody while a consultation is open, looked at by an editor, answered by the bureau.

use db::Exec;
use jiff::Timestamp;
use web::App;

use super::{By, own_key, reason};
use crate::article::{Asking, Published};
use crate::comment::{self, Answer, Comment, CommentState};
use crate::{Fault, store};

/// Takes in what somebody says. `id` comes with the form: the same form sent twice says it once.
pub async fn say(app: &App, on: &Published, id: &str, name: &str, body: &str) -> Result<(), Fault> {
    let asked = on.content.consultation.as_ref().map(|asked| asked.on(app.today()));
    if asked != Some(Asking::Open) || !on.standing.is_public() {
        return Err(Fault::NotAsking(asked));
    }
    let problems = comment::problems(name, body);
    if !problems.is_empty() {
        return Err(Fault::Typed(problems));
    }
    let comment = Comment {
        bureau: on.bureau.clone(),
        index_no: on.index_no.clone(),
        id: own_key(app, id),
        name: name.to_owned(),
        body: body.to_owned(),
        at: app.now(),
        state: CommentState::Waiting,
        answer: None,
        version: 1,
    };
    let mut tx = app.db.begin().await?;
    tx.perform(store::add_comment(&comment)).await?;
    tx.commit().await?;
    Ok(())
}

/// What an editor makes of a comment.
#[derive(Clone, Debug)]
pub enum Looked {
    Show { answer: String },
    Hide { why: String },
}

/// Shows or hides a comment that was seen at `version`, with an answer if there is one.
pub async fn look_at(
    app: &App,
    by: &By,
    (bureau, index_no, id): (&str, &str, &str),
    version: i64,
    looked: Looked,
) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    let comment = store::comment_by_id(&mut tx, bureau, index_no, id).await?.ok_or(Fault::Unknown)?;
    let overtaken = || Fault::Overtaken { by: "另一位工作人员".to_owned(), at: by.at };
    if comment.version != version {
        return Err(overtaken());
    }
    let comment = judged(comment, by, looked, by.at)?;
    tx.perform(store::save_comment(&comment)).await.map_err(|fault| match fault {
        db::Fault::Expected { .. } => overtaken(),
        fault => Fault::Store(fault),
    })?;
    let data = serde_json::json!({ "state": comment.state.code(), "why": comment.state.why() });
    let subject = format!("{index_no}/{id}");
    let entry = db::history::Entry::new(
        (bureau, "comment", &subject),
        by.at,
        (&by.person.id, &by.person.name),
        "looked-at",
        data.to_string(),
    );
    db::history::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

fn judged(comment: Comment, by: &By, looked: Looked, now: Timestamp) -> Result<Comment, Fault> {
    match looked {
        Looked::Hide { why } => Ok(Comment { state: CommentState::Hidden { why: reason(&why)? }, ..comment }),
        Looked::Show { answer } => {
            if answer.chars().count() > comment::LONGEST {
                return Err(Fault::typed("answer", format!("答复不能超过{}个字", comment::LONGEST)));
            }
            let answer =
                (!answer.is_empty()).then(|| Answer { body: answer, by: by.person.clone(), at: now });
            Ok(Comment { state: CommentState::Shown, answer: answer.or(comment.answer.clone()), ..comment })
        }
    }
}
