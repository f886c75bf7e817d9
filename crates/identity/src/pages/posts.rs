//! 人员岗位: the security administrator's page.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;
use web::{Answer, App, Fields, Flash, Page, PageCx, html};

use crate::staff::{self, By, Member};
use crate::{Act, Bureau, Fault, Officer, Post, bureaus};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    bureau: String,
}

#[derive(Template)]
#[template(path = "identity/posts.html")]
struct PostsPage {
    page: Page,
    own_id: String,
    bureaus: Vec<Bureau>,
    bureau: Bureau,
    members: Vec<Member>,
}

impl PostsPage {
    /// Posts that could still be given to this person.
    fn open(&self, member: &Member) -> Vec<Post> {
        let free = |post: &Post| !member.posts.contains(post) && staff::clash(&member.posts, *post).is_none();
        Post::ALL.into_iter().filter(free).collect()
    }
}

/// `GET /desk/officers?bureau=`
pub async fn list(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let code = if asked.bureau.is_empty() { officer.bureau.clone() } else { asked.bureau };
    officer.may(Act::GrantPosts, &code)?;
    let mut db = app.db.clone();
    let reach = officer.reach();
    let bureaus: Vec<Bureau> = bureaus::all(&mut db)
        .await?
        .into_iter()
        .filter(|bureau| reach.contains(&bureau.code.as_str()))
        .collect();
    let bureau = bureaus.iter().find(|bureau| bureau.code == code).cloned().ok_or(Fault::Unknown)?;
    html(&PostsPage {
        page: cx.page("人员岗位").crumb("工作台", "/desk"),
        members: staff::of_bureau(&mut db, &code, app.today()).await?,
        own_id: officer.id,
        bureaus,
        bureau,
    })
}

/// `POST /desk/officers`: gives (`give`) or takes (`take`) one post.
pub async fn change(officer: Officer, State(app): State<App>, typed: Fields) -> Answer {
    if !officer.can(Act::GrantPosts) {
        return Err(Fault::NotAllowed { act: Act::GrantPosts.says() }.into());
    }
    let (bureau, id) = (typed.get("bureau"), typed.get("officer"));
    let post = |key: &str| Post::from_code(typed.get(key));
    let says = match (post("take"), post("give")) {
        (Some(taken), _) => {
            staff::take(&app, By::Officer(&officer), bureau, id, taken).await?;
            format!("已取消“{}”，马上生效", taken.says())
        }
        (None, Some(given)) => {
            staff::give(&app, By::Officer(&officer), bureau, id, given).await?;
            format!("已授予“{}”，马上生效", given.says())
        }
        (None, None) => return Ok(Flash::done("没有选岗位，什么也没有改").redirect(&app, &back(bureau))),
    };
    Ok(Flash::done(says).redirect(&app, &back(bureau)))
}

fn back(bureau: &str) -> String {
    let query = serde_urlencoded::to_string([("bureau", bureau)]).unwrap_or_default();
    format!("/desk/officers?{query}")
}
