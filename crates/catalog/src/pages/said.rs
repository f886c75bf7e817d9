//! What readers say of a guide. Editors see it at the desk; nobody's name is asked.

use axum::extract::{Path, State};
use web::{Answer, App, Face, Fields, Flash};

use super::find;
use crate::catalogue::{Catalogue, NATION};
use crate::exchange::not_plain;
use crate::store::readers::{self, Said};

const LONGEST: usize = 500;

/// `POST /guides/{item}/{type}/feedback`
pub async fn say(
    State(app): State<App>,
    Path((item, business)): Path<(String, String)>,
    sent: Fields,
) -> Answer {
    let catalogue = app.part::<Catalogue>();
    let (item, business) = find(&catalogue, &item, &business)?;
    let back = format!("/guides/{}/{}", item.slug, business.slug);
    let useful = match sent.get("useful") {
        "yes" => true,
        "no" => false,
        _ => return Err(refused("没有选“看懂了”还是“没看懂”", "请返回指南，选一个再提交。", back)),
    };
    let words = sent.get("words");
    if words.chars().count() > LONGEST {
        return Err(refused("写得太长，没有收下", "请缩短到 500 字以内。", back));
    }
    if not_plain(words).is_some() {
        return Err(refused("内容里有网页代码，没有收下", "请只写文字。", back));
    }
    let local = catalogue.own_local(item, sent.get("bureau"));
    let said = Said {
        bureau: local.map_or_else(|| NATION.to_owned(), |local| local.bureau.clone()),
        id: app.new_id(),
        item: item.slug.clone(),
        business: business.slug.clone(),
        item_version: item.version.clone(),
        useful,
        words: words.to_owned(),
        at: app.now(),
    };
    app.db.begin().await?.commit_with(vec![readers::say(&said)]).await?;
    let thanks = "谢谢，已经转给维护指南的工作人员。需要答复的问题，请拨打指南上的咨询电话。";
    Ok(Flash::done(thanks).redirect(&app, &back))
}

fn refused(says: &str, next: &str, back: String) -> web::Refusal {
    Face::invalid("guide-words", says, next).action("回到办事指南", back).into()
}
