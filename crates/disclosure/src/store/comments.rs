//! Comments in consultations.

use db::{Exec, Fault, Row, Statement, params};

use crate::comment::{Answer, Comment, CommentState};
use crate::state::Person;

/// A new comment. The same id sent twice (a double click) stays one.
pub fn add_comment(one: &Comment) -> Statement {
    Statement::new(
        "insert into article_comment (bureau, index_no, id, name, body, at, state, hidden_why, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (bureau, index_no, id) do nothing",
        params![
            &one.bureau,
            &one.index_no,
            &one.id,
            &one.name,
            &one.body,
            one.at,
            one.state.code(),
            one.state.why(),
            one.version,
        ],
    )
}

/// The comments the public is shown on an article, newest first.
pub async fn shown_comments(
    on: &mut impl Exec,
    bureau: &str,
    index_no: &str,
    most: i64,
) -> Result<Vec<Comment>, Fault> {
    let rows = on
        .query(
            "select bureau, index_no, id, name, body, at, state, hidden_why, answer, answered_by, answered_by_name,
                    answered_at, version
               from article_comment where bureau = $1 and index_no = $2 and state = 'shown'
              order by at desc, id desc limit $3",
            params![bureau, index_no, most],
        )
        .await?;
    rows.iter().map(comment).collect()
}

/// How many comments an article has: shown, and still waiting for an editor.
pub async fn count_comments(on: &mut impl Exec, bureau: &str, index_no: &str) -> Result<(i64, i64), Fault> {
    let rows = on
        .query(
            "select state, count(*) from article_comment where bureau = $1 and index_no = $2
              group by state order by state",
            params![bureau, index_no],
        )
        .await?;
    let (mut shown, mut waiting) = (0, 0);
    for row in &rows {
        match row.text(0)?.as_str() {
            "shown" => shown = row.int(1)?,
            "waiting" => waiting = row.int(1)?,
            _ => {}
        }
    }
    Ok((shown, waiting))
}

/// The comments of a bureau in a state, oldest first.
pub async fn comments_of_bureau(
    on: &mut impl Exec,
    bureau: &str,
    state: &str,
    most: i64,
) -> Result<Vec<Comment>, Fault> {
    let rows = on
        .query(
            "select bureau, index_no, id, name, body, at, state, hidden_why, answer, answered_by, answered_by_name,
                    answered_at, version
               from article_comment where bureau = $1 and state = $2 order by at, id limit $3",
            params![bureau, state, most],
        )
        .await?;
    rows.iter().map(comment).collect()
}

/// One comment of a bureau.
pub async fn comment_by_id(
    on: &mut impl Exec,
    bureau: &str,
    index_no: &str,
    id: &str,
) -> Result<Option<Comment>, Fault> {
    let row = on
        .query_opt(
            "select bureau, index_no, id, name, body, at, state, hidden_why, answer, answered_by, answered_by_name,
                    answered_at, version
               from article_comment where bureau = $1 and index_no = $2 and id = $3",
            params![bureau, index_no, id],
        )
        .await?;
    row.as_ref().map(comment).transpose()
}

/// The comment as an editor left it, if nobody came in between.
pub fn save_comment(one: &Comment) -> Statement {
    let answer = one.answer.as_ref();
    Statement::expecting(
        "update article_comment
            set state = $1, hidden_why = $2, answer = $3, answered_by = $4, answered_by_name = $5, answered_at = $6,
                version = version + 1
          where bureau = $7 and index_no = $8 and id = $9 and version = $10",
        params![
            one.state.code(),
            one.state.why(),
            answer.map(|a| a.body.clone()),
            answer.map(|a| a.by.id.clone()),
            answer.map(|a| a.by.name.clone()),
            answer.map(|a| a.at),
            &one.bureau,
            &one.index_no,
            &one.id,
            one.version,
        ],
        1,
    )
}

fn comment(row: &Row) -> Result<Comment, Fault> {
    let (code, why) = (row.text(6)?, row.text(7)?);
    let answer = match (row.opt_text(8)?, row.opt_text(9)?, row.opt_text(10)?, row.opt_instant(11)?) {
        (Some(body), Some(id), Some(name), Some(at)) => Some(Answer { body, by: Person { id, name }, at }),
        _ => None,
    };
    Ok(Comment {
        bureau: row.text(0)?,
        index_no: row.text(1)?,
        id: row.text(2)?,
        name: row.text(3)?,
        body: row.text(4)?,
        at: row.instant(5)?,
        state: CommentState::of(&code, &why).ok_or_else(|| Fault::Shape(format!("comment {code}")))?,
        answer,
        version: row.int(12)?,
    })
}
