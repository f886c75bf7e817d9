//! What readers say of a guide. Editors see it at the desk; nobody's name is asked.

use axum::extract::{Path, State};
use web::form::Problems;
use web::{Answer, App, Fields, Flash, PageCx};

use super::guide::{self, Guide};
use super::{Asked, find};
use crate::catalogue::{Catalogue, NATION};
use crate::exchange::not_plain;
use crate::store::readers::{self, Said};

const LONGEST: usize = 500;

/// `POST /guides/{item}/{type}/feedback`
pub async fn say(
    cx: PageCx,
    State(app): State<App>,
    Path((item, business)): Path<(String, String)>,
    sent: Fields,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let problems = problems(&sent);
    if !problems.is_empty() {
        let local = catalogue.own_local(item, sent.get("bureau"));
        let guide = Guide::new(&catalogue, (item, business), local, &Asked::new(), app.today());
        let page = cx.page(item.title(business)).crumb("办事", "/items");
        return guide::again(page, guide, guide::Said { typed: sent, problems });
    }
    let local = catalogue.own_local(item, sent.get("bureau"));
    let said = Said {
        bureau: local.map_or_else(|| NATION.to_owned(), |local| local.bureau.clone()),
        id: app.new_id(),
        item: item.slug.clone(),
        business: business.slug.clone(),
        item_version: item.version.clone(),
        useful: sent.get("useful") == "yes",
        words: sent.get("words").to_owned(),
        at: app.now(),
    };
    app.db.begin().await?.commit_with(vec![readers::say(&said)]).await?;
    let thanks = "谢谢，已经转给维护指南的工作人员。需要答复的问题，请拨打指南上的咨询电话。";
    let back = format!("/guides/{}/{}", item.slug, business.slug);
    Ok(Flash::done(thanks).redirect(&app, &back))
}

fn problems(sent: &Fields) -> Problems {
    let mut problems = Problems::none();
    if !matches!(sent.get("useful"), "yes" | "no") {
        problems.add("useful", "没有选“看懂了”还是“没看懂”：请选一个再提交");
    }
    let words = sent.get("words");
    if words.chars().count() > LONGEST {
        problems.add("words", format!("写得太长，没有收下：请缩短到 {LONGEST} 字以内"));
    }
    if let Some(says) = not_plain(words) {
        problems.add("words", format!("写的内容{says}。没有收下"));
    }
    problems
}
