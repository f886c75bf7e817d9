//! Giving and taking posts: who may, which posts one person may not hold together, and the record of it.

use db::history::{self, Entry};
use db::{Exec, Tx, params};
use jiff::civil::Date;
use web::{App, Face, Refusal};

use crate::{Act, Fault, Officer, Post, inbox, officers};

/// Why a post was not given or taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("nobody changes his own posts")]
    OwnPosts,
    #[error("{new:?} and {held:?} exclude each other")]
    Clash { new: Post, held: Post },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refused {
    pub fn face(&self) -> Face {
        match self {
            Refused::OwnPosts => Face::conflict(
                "own-posts",
                "不能调整自己的岗位",
                "请由另一位安全管理员办理；只有一位的，由上级局安全管理员办理。",
            )
            .action("回到人员岗位", "/desk/officers"),
            Refused::Clash { new, held } => Face::conflict(
                "posts-clash",
                format!("“{}”和“{}”不能由同一人担任", new.says(), held.says()),
                "系统管理、安全管理、审计三种岗位相互分开，也不兼办理业务。请先取消原岗位，或者换一个人。",
            )
            .action("回到人员岗位", "/desk/officers"),
            Refused::Fault(fault) => fault.face(),
        }
    }
}

impl From<db::Fault> for Refused {
    fn from(fault: db::Fault) -> Refused {
        Refused::Fault(fault.into())
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        refused.face().into()
    }
}

impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> axum::response::Response {
        Refusal::from(self).into_response()
    }
}

/// Who gives or takes.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// The security administrator.
    Officer(&'a Officer),
    /// Whoever runs commands on the server: for the first security administrator, and when nobody can sign in.
    Console,
}

impl By<'_> {
    fn check(self, bureau: &str, id: &str) -> Result<(), Refused> {
        let By::Officer(officer) = self else { return Ok(()) };
        officer.may(Act::GrantPosts, bureau)?;
        if officer.id == id { Err(Refused::OwnPosts) } else { Ok(()) }
    }

    fn id_and_name(&self) -> (&str, &str) {
        match self {
            By::Officer(officer) => (&officer.id, &officer.name),
            By::Console => ("console", "服务器命令行"),
        }
    }
}

/// An officer with the posts held today.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub id: String,
    pub name: String,
    pub badge: String,
    pub posts: Vec<Post>,
}

/// The officers of a bureau, by name.
pub async fn of_bureau(db: &mut impl Exec, bureau: &str, today: Date) -> Result<Vec<Member>, db::Fault> {
    let rows = db
        .query(
            "select o.id, o.name, o.badge, p.post
               from officer o
               left join officer_post p on p.bureau = o.bureau and p.officer = o.id
                and p.held_from <= $1 and (p.held_to is null or p.held_to >= $1)
              where o.bureau = $2
              order by o.name, o.id",
            params![today, bureau],
        )
        .await?;
    let mut members: Vec<Member> = vec![];
    for row in &rows {
        let id = row.text(0)?;
        if members.last().is_none_or(|last| last.id != id) {
            members.push(Member { id, name: row.text(1)?, badge: row.text(2)?, posts: vec![] });
        }
        let post = row.opt_text(3)?.as_deref().and_then(Post::from_code);
        if let (Some(member), Some(post)) = (members.last_mut(), post) {
            member.posts.push(post);
        }
    }
    for member in &mut members {
        member.posts.sort();
        member.posts.dedup();
    }
    Ok(members)
}

/// Which of the posts held stands against a new one. Whoever runs the system, whoever gives posts and whoever looks over
/// both are three people, and none of them handles cases: else one could cover up what he did.
pub fn clash(held: &[Post], new: Post) -> Option<Post> {
    let apart = |post: Post| matches!(post, Post::SystemAdmin | Post::SecurityAdmin | Post::Auditor);
    held.iter().copied().find(|post| *post != new && (apart(*post) || apart(new)))
}

/// Gives a post from today on. Giving what is held already changes nothing.
pub async fn give(app: &App, by: By<'_>, bureau: &str, id: &str, post: Post) -> Result<(), Refused> {
    by.check(bureau, id)?;
    let mut tx = app.db.begin().await?;
    let member = member(&mut tx, bureau, id, app.today()).await?;
    if member.posts.contains(&post) {
        return Ok(());
    }
    if let Some(held) = clash(&member.posts, post) {
        return Err(Refused::Clash { new: post, held });
    }
    officers::give_post(&mut tx, bureau, id, post, app.today()).await?;
    record(app, &mut tx, by, bureau, id, "give_post", post).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a post away at once: the next request is made without it.
pub async fn take(app: &App, by: By<'_>, bureau: &str, id: &str, post: Post) -> Result<(), Refused> {
    by.check(bureau, id)?;
    let mut tx = app.db.begin().await?;
    let member = member(&mut tx, bureau, id, app.today()).await?;
    if !member.posts.contains(&post) {
        return Ok(());
    }
    let last = app.today().yesterday().unwrap_or(app.today());
    officers::take_post(&mut tx, bureau, id, post, last).await?;
    record(app, &mut tx, by, bureau, id, "take_post", post).await?;
    tx.commit().await?;
    Ok(())
}

async fn member(tx: &mut Tx, bureau: &str, id: &str, today: Date) -> Result<Member, Refused> {
    let members = of_bureau(tx, bureau, today).await?;
    members.into_iter().find(|member| member.id == id).ok_or(Refused::Fault(Fault::Unknown))
}

/// A new officer goes into the record with the posts of the first day.
pub async fn record_new(
    app: &App,
    tx: &mut Tx,
    by: By<'_>,
    bureau: &str,
    id: &str,
    posts: &[Post],
) -> Result<(), Refused> {
    let codes: Vec<&str> = posts.iter().map(|post| post.code()).collect();
    append(app, tx, by, bureau, id, "add_officer", serde_json::json!({ "posts": codes })).await
}

async fn record(
    app: &App,
    tx: &mut Tx,
    by: By<'_>,
    bureau: &str,
    id: &str,
    act: &str,
    post: Post,
) -> Result<(), Refused> {
    append(app, tx, by, bureau, id, act, serde_json::json!({ "post": post.code() })).await?;
    let (title, words) = if act == "give_post" {
        ("您有了新岗位", format!("“{}”从今天起由您担任。", post.says()))
    } else {
        ("您的岗位已取消", format!("您不再担任“{}”。有疑问请联系安全管理员。", post.says()))
    };
    tx.perform(inbox::tell(app, id, title, &words, "/desk")).await?;
    Ok(())
}

async fn append(
    app: &App,
    tx: &mut Tx,
    by: By<'_>,
    bureau: &str,
    id: &str,
    act: &str,
    data: serde_json::Value,
) -> Result<(), Refused> {
    let subject = (bureau, "officer", id);
    let entry = Entry::new(subject, app.now(), by.id_and_name(), act, data.to_string());
    history::append(tx, &entry).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_administrators_are_three_people_and_handle_no_case() {
        assert_eq!(clash(&[Post::SecurityAdmin], Post::Auditor), Some(Post::SecurityAdmin));
        assert_eq!(clash(&[Post::LicenceClerk], Post::SystemAdmin), Some(Post::LicenceClerk));
        assert_eq!(clash(&[Post::SecurityAdmin], Post::BureauHead), Some(Post::SecurityAdmin));
        assert_eq!(clash(&[Post::LicenceClerk, Post::Inspector], Post::TeamHead), None);
        assert_eq!(clash(&[Post::Auditor], Post::Auditor), None);
        assert_eq!(clash(&[], Post::SecurityAdmin), None);
    }
}
