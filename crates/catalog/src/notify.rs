//! Tells followers of a guide that another text of it is in force. Looks at rows, so it may run twice and miss nothing.

use async_trait::async_trait;
use identity::inbox;
use jiff::Timestamp;
use jobs::{Failed, Sweep};
use web::App;

use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::item::Item;
use crate::read;
use crate::store::followers::{self, Follower};

/// How many followers are read at once.
const AT_ONCE: usize = 500;

pub struct Watch(pub App);

#[async_trait]
impl Sweep for Watch {
    async fn sweep(&self, now: Timestamp) -> Result<(), Failed> {
        let catalogue = self.0.part::<Catalogue>();
        for item in catalogue.items() {
            tell(&self.0, &catalogue, item, now).await.map_err(|fault| Failed::Again(fault.to_string()))?;
        }
        Ok(())
    }
}

async fn tell(app: &App, catalogue: &Catalogue, item: &Item, now: Timestamp) -> Result<(), Fault> {
    let mut after = (String::new(), String::new());
    loop {
        let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let page = followers::of_item(&mut app.db.clone(), &item.slug, (&after.0, &after.1), most).await?;
        for follower in &page {
            tell_one(app, catalogue, item, follower, now).await?;
        }
        match page.last().filter(|_| page.len() == AT_ONCE) {
            Some(last) => after = (last.business.clone(), last.subject.clone()),
            None => return Ok(()),
        }
    }
}

async fn tell_one(
    app: &App,
    catalogue: &Catalogue,
    item: &Item,
    who: &Follower,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(business) = item.business(&who.business) else { return Ok(()) };
    let local = catalogue.own_local(item, &who.bureau);
    let digest = read::of_guide(item, &business.slug, local);
    if digest == who.told {
        return Ok(());
    }
    let words = format!(
        "“{}”的办事指南从今天起执行新的内容（{} 版）。已经提交的申请不受影响。点开看改了什么。",
        item.title(business),
        item.version
    );
    let (address, bureau) = (format!("/guides/{}/{}", item.slug, business.slug), &who.bureau);
    let link = format!("{address}/current?bureau={bureau}&digest={}", who.told);
    let id = format!("guide-{}-{}", business.slug, &digest[..24]);
    let told = vec![
        inbox::tell_once(&who.subject, &id, now, "您订阅的办事指南有改动", &words, &link),
        followers::told(who, &digest),
    ];
    app.db.begin().await?.commit_with(told).await?;
    Ok(())
}
