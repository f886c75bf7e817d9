//! Officers of a bureau and the posts they hold.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use db::{Exec, Tx, params};
use http::request::Parts;
use jiff::civil::Date;
use web::App;

use crate::accounts::{Kind, NewAccount};
use crate::sessions::{self, Session, Standing};
use crate::{Act, Fault, Post, accounts, bureaus, may};

/// An officer who is signed in.
#[derive(Clone, Debug)]
pub struct Officer {
    pub id: String,
    pub name: String,
    /// 烟草专卖行政执法证号
    pub badge: String,
    pub bureau: String,
    pub bureau_name: String,
    /// The posts in force now: all he holds today, or the one he chose to act in.
    pub posts: Vec<Post>,
    /// All he holds today.
    pub held: Vec<Post>,
    /// Bureaus below his own, filled only for posts that reach down.
    below: Vec<String>,
}

impl Officer {
    /// Whether his posts allow this act in this bureau. Another bureau looks like something missing.
    pub fn may(&self, act: Act, bureau: &str) -> Result<(), Fault> {
        let here = bureau == self.bureau;
        let below = act.reaches_down() && self.below.iter().any(|code| code == bureau);
        if !here && !below {
            return Err(Fault::OtherBureau);
        }
        if self.can(act) { Ok(()) } else { Err(Fault::NotAllowed { act: act.says() }) }
    }

    /// Whether any of his posts allows the act in his own bureau: for buttons and menus.
    pub fn can(&self, act: Act) -> bool {
        self.posts.iter().any(|post| may(*post, act))
    }

    /// The bureaus his posts reach: his own and, for some posts, all below it.
    pub fn reach(&self) -> Vec<&str> {
        let below = self.below.iter().map(String::as_str).filter(|code| *code != self.bureau);
        std::iter::once(self.bureau.as_str()).chain(below).collect()
    }

    pub fn acts(&self) -> Vec<Act> {
        Act::ALL.into_iter().filter(|act| self.can(*act)).collect()
    }

    /// 证件管理员、队所所长
    pub fn posts_say(&self) -> String {
        self.posts.iter().map(|post| post.says()).collect::<Vec<_>>().join("、")
    }

    /// Somebody with these posts without a session: for the demo town's past and for tests of other matters.
    pub fn standing_in(id: &str, name: &str, bureau: &str, posts: &[Post]) -> Officer {
        Officer {
            id: id.into(),
            name: name.into(),
            badge: "99990101001".into(),
            bureau: bureau.into(),
            bureau_name: "测试局".into(),
            posts: posts.to_vec(),
            held: posts.to_vec(),
            below: Vec::new(),
        }
    }
}

impl FromRequestParts<App> for Officer {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Officer, Fault> {
        let session = sessions::session_of(parts, app).await?;
        if session.kind != Kind::Officer {
            return Err(Fault::NotOfficer);
        }
        load(app, &session).await
    }
}

impl OptionalFromRequestParts<App> for Officer {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Officer>, Fault> {
        match sessions::standing(parts, app).await {
            Standing::In(session) if session.kind == Kind::Officer => load(app, &session).await.map(Some),
            _ => Ok(None),
        }
    }
}

/// The officer of a session, with the posts held today: a post taken away counts from the next request on.
pub(crate) async fn load(app: &App, session: &Session) -> Result<Officer, Fault> {
    let bureau = session.bureau.clone().ok_or(Fault::NotOfficer)?;
    let mut db = app.db.clone();
    let known = bureaus::by_code(app, &mut db, &bureau).await?.ok_or(Fault::NotOfficer)?;
    let (badge, held) = badge_and_posts(&mut db, &bureau, &session.subject, app.today()).await?;
    let chosen = session.post.as_deref().and_then(Post::from_code).filter(|post| held.contains(post));
    let posts = chosen.map_or_else(|| held.clone(), |post| vec![post]);
    let reaches =
        posts.iter().any(|post| Act::ALL.into_iter().any(|act| act.reaches_down() && may(*post, act)));
    let below = if reaches { bureaus::below(&mut db, &bureau).await? } else { Vec::new() };
    Ok(Officer {
        id: session.subject.clone(),
        name: session.name.clone(),
        badge,
        bureau_name: known.name.clone(),
        bureau,
        posts,
        held,
        below,
    })
}

async fn badge_and_posts(
    db: &mut impl Exec,
    bureau: &str,
    id: &str,
    today: Date,
) -> Result<(String, Vec<Post>), Fault> {
    let rows = db
        .query(
            "select o.badge, p.post
               from officer o
               left join officer_post p on p.bureau = o.bureau and p.officer = o.id
                and p.held_from <= $1 and (p.held_to is null or p.held_to >= $1)
              where o.bureau = $2 and o.id = $3",
            params![today, bureau, id],
        )
        .await?;
    let badge = rows.first().ok_or(Fault::NotOfficer)?.text(0)?;
    let mut held = Vec::new();
    for row in &rows {
        held.extend(row.opt_text(1)?.as_deref().and_then(Post::from_code));
    }
    held.sort();
    held.dedup();
    Ok((badge, held))
}

/// The posts an officer of this bureau holds on a day; none for whoever is no officer of it.
pub async fn posts_of(
    db: &mut impl Exec,
    bureau: &str,
    id: &str,
    today: Date,
) -> Result<Vec<Post>, db::Fault> {
    let rows = db
        .query(
            "select post from officer_post
              where bureau = $1 and officer = $2 and held_from <= $3 and (held_to is null or held_to >= $3)
              order by post",
            params![bureau, id, today],
        )
        .await?;
    let mut posts = Vec::new();
    for row in &rows {
        posts.extend(Post::from_code(&row.text(0)?));
    }
    Ok(posts)
}

/// An officer as entered by the security administrator or the demo.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOfficer {
    pub bureau: String,
    pub login: String,
    pub name: String,
    pub badge: String,
    pub posts: Vec<Post>,
}

/// Adds an officer with his account; his id is the account's subject.
pub async fn add(app: &App, tx: &mut Tx, new: &NewOfficer, from: Date, phc: &str) -> Result<String, Fault> {
    let account = NewAccount {
        kind: Kind::Officer,
        name: new.name.clone(),
        representative: String::new(),
        id_number: String::new(),
        phone: String::new(),
        credit_code: String::new(),
        address: String::new(),
        login: Some(new.login.clone()),
        bureau: Some(new.bureau.clone()),
    };
    let id = accounts::add(app, tx, &account, phc).await?;
    tx.execute(
        "insert into officer (bureau, id, name, badge) values ($1, $2, $3, $4)",
        params![&new.bureau, &id, &new.name, &new.badge],
    )
    .await?;
    for post in &new.posts {
        give_post(tx, &new.bureau, &id, *post, from).await?;
    }
    Ok(id)
}

pub async fn give_post(
    db: &mut impl Exec,
    bureau: &str,
    officer: &str,
    post: Post,
    from: Date,
) -> Result<(), Fault> {
    db.execute(
        "insert into officer_post (bureau, officer, post, held_from) values ($1, $2, $3, $4)
         on conflict (bureau, officer, post, held_from) do update set held_to = null",
        params![bureau, officer, post.code(), from],
    )
    .await?;
    Ok(())
}

/// Takes a post away; `last` is the last day it is held.
pub async fn take_post(
    db: &mut impl Exec,
    bureau: &str,
    officer: &str,
    post: Post,
    last: Date,
) -> Result<(), Fault> {
    db.execute(
        "update officer_post set held_to = $1
          where bureau = $2 and officer = $3 and post = $4 and held_to is null",
        params![last, bureau, officer, post.code()],
    )
    .await?;
    Ok(())
}

/// The bureau of an officer's account; nothing for anybody else's.
pub async fn bureau_of(db: &mut impl Exec, id: &str) -> Result<Option<String>, db::Fault> {
    let row = db
        .query_opt(
            "select bureau from account where subject = $1 and kind = $2",
            params![id, Kind::Officer.code()],
        )
        .await?;
    Ok(row.map(|row| row.opt_text(0)).transpose()?.flatten())
}

/// A colleague, as lists show him.
#[derive(Clone, Debug, PartialEq)]
pub struct Colleague {
    pub id: String,
    pub name: String,
    pub badge: String,
}

/// Officers of a bureau who hold a post on a day, by name.
pub async fn holding(
    db: &mut impl Exec,
    bureau: &str,
    post: Post,
    today: Date,
) -> Result<Vec<Colleague>, db::Fault> {
    let rows = db
        .query(
            "select o.id, o.name, o.badge
               from officer_post p
               join officer o on o.bureau = p.bureau and o.id = p.officer
              where p.bureau = $1 and p.post = $2 and p.held_from <= $3 and (p.held_to is null or p.held_to >= $3)
              order by o.name, o.id",
            params![bureau, post.code(), today],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(Colleague { id: row.text(0)?, name: row.text(1)?, badge: row.text(2)? }))
        .collect()
}

/// One officer of a bureau by id.
pub async fn colleague(db: &mut impl Exec, bureau: &str, id: &str) -> Result<Option<Colleague>, db::Fault> {
    let row = db
        .query_opt("select name, badge from officer where bureau = $1 and id = $2", params![bureau, id])
        .await?;
    row.map(|row| Ok(Colleague { id: id.to_string(), name: row.text(0)?, badge: row.text(1)? })).transpose()
}
