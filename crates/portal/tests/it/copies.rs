//! Copies of our guides in other places: what is old, missing or altered is found, also where the mark beside it is current.

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use catalog::catalogue::NATION;
use catalog::store::readers;
use jobs::Sweep;

use crate::town::{Browser, Town};

told_on_both!(a_portal_that_alters_a_guide_under_its_current_digest_is_found_out,);

/// A portal that shows what our site says, changed by `alter` on its way.
async fn portal(town: &Town, alter: fn(&str, String) -> String) -> String {
    let ours = Arc::new(Browser::at(&town.site));
    let routes = Router::new().fallback(move |uri: Uri| {
        let ours = ours.clone();
        async move { alter(&uri.to_string(), ours.get(&uri.to_string()).await.html()) }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

async fn found(town: &Town, url: &str) -> Vec<String> {
    let found = portal::copies::look(&town.app, url).await;
    found.into_iter().map(|(url, drift)| format!("{url} {} {drift}", drift.code())).collect()
}

const JSON: &str = "/guides/retail-licence/xinban/guide.json?bureau=990101";

/// The promise of 城中区 is longer here, and a material has another name; every digest stays as it was.
fn promises_more(_: &str, body: String) -> String {
    body.replace(r#""value":"7"}"#, r#""value":"70"}"#).replace("营业执照", "营业执照和收据")
}

fn without_a_bureau(at: &str, body: String) -> String {
    if !at.starts_with("/guides.json") {
        return body;
    }
    let mut index: serde_json::Value = serde_json::from_str(&body).expect("a list");
    let bureaus = index["bureaus"].as_array_mut().expect("the bureaus are listed");
    bureaus.retain(|one| one["bureau"] != "990102");
    index.to_string()
}

fn alters_one_guide(at: &str, body: String) -> String {
    match at == "/guides/retail-licence/xinban/guide.json?bureau=990121" {
        true => body.replace("工作日", "自然日"),
        false => body,
    }
}

fn endless(at: &str, body: String) -> String {
    match at.starts_with("/guides.json") {
        true => r#"{"format":2,"guides":[],"after":"000001"}"#.to_owned(),
        false => body,
    }
}

async fn a_portal_that_alters_a_guide_under_its_current_digest_is_found_out(town: &Town) {
    let own = format!("{}{JSON}", town.site);
    assert_eq!(found(town, &own).await, [format!("{own} same 一致")]);
    let bureau = format!("{}/guides.json?bureau=990101", town.site);
    assert!(found(town, &bureau).await[0].contains("same"), "{:?}", found(town, &bureau).await);

    let liar = portal(town, promises_more).await;
    let told = found(town, &format!("{liar}{JSON}")).await.remove(0);
    for says in ["other", "内容码对不上", "承诺办结时限：副本写的是“70”，本站是“7”", "营业执照和收据"]
    {
        assert!(told.contains(says), "{told}");
    }
    // The mark of a page is cut so that it names no view: the words are still held against ours.
    let nameless = portal(town, |_, body| promises_more("", body).replace("data-at=", "data-was=")).await;
    let page = found(town, &format!("{nameless}/guides/retail-licence/xinban?view=full&bureau=990101")).await;
    assert!(page[0].contains("other") && page[0].contains("营业执照和收据"), "{page:?}");
    let forged = portal(town, |_, body| {
        body.replace("data-version", "data-v").replace("<code class=\"digest\"", "<code class=\"digest\" ")
    })
    .await;
    let page = found(town, &format!("{forged}/guides/retail-licence/xinban?view=short&bureau=990101")).await;
    assert!(page[0].contains("same"), "a version by itself proves nothing: {page:?}");

    let less = portal(town, without_a_bureau).await;
    let told = found(town, &less).await;
    assert!(told.iter().any(|line| line.contains("missing") && line.contains("990102")), "{told:?}");
    assert_eq!(told.len(), 1, "{told:?}");
    let altered = portal(town, alters_one_guide).await;
    let told = found(town, &altered).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("bureau=990121") && told[0].contains("other"), "{told:?}");
    // The watchman keeps what it found for the editors, and forgets what isn't so any more.
    for (url, what) in [(&altered, "other"), (&town.site, "same")] {
        let copies = Arc::new(vec![url.clone()]);
        let watch = portal::copies::Watch { app: town.app.clone(), copies };
        watch.sweep(town.app.now()).await.expect("a round");
        let kept = readers::copies(&mut town.app.db.clone(), NATION).await.expect("read");
        let kept: Vec<&str> = kept.iter().map(|one| one.found.as_str()).collect();
        assert_eq!(kept, [what]);
        town.minutes_pass(1);
    }
    let endless = found(town, &portal(town, endless).await).await;
    assert!(endless.iter().all(|line| line.contains("missing")), "nothing is listed: {endless:?}");

    let limited = portal::copies::look_at(&town.app, &town.site, 5).await;
    assert_eq!(limited.read, 5);
    assert!(limited.by_digest_only > 50, "{}", limited.by_digest_only);
}
