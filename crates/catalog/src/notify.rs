//! Tells followers of a guide that another text of it is in force, and that its item is paused, taken again or over. Looks at
//! rows, so it may run twice and miss nothing.

use async_trait::async_trait;
use identity::inbox;
use jiff::Timestamp;
use jobs::{Failed, Sweep};
use web::App;

use crate::catalogue::Catalogue;
use crate::change::{Kind, Standing};
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
            tell_standing(app, catalogue, item, follower, now).await?;
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

async fn tell_standing(
    app: &App,
    catalogue: &Catalogue,
    item: &Item,
    who: &Follower,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(business) = item.business(&who.business) else { return Ok(()) };
    let bureau = Some(who.bureau.as_str()).filter(|bureau| !bureau.is_empty());
    let standing = catalogue.standing_at(item, bureau, app.today());
    let mark = standing.mark();
    if mark == who.standing {
        return Ok(());
    }
    let says = match &standing {
        Standing::InForce { ends: None } => as_usual(catalogue, item, who, app),
        other => other.says().unwrap_or_default(),
    };
    let words = format!("“{}”：{says}", item.title(business));
    let (address, query) = (format!("/guides/{}/{}", item.slug, business.slug), bureau_query(bureau));
    let step = read::of_text(&format!("{}\0{}\0{mark}", who.bureau, who.standing));
    let id = format!("standing-{}-{}", business.slug, &step[..24]);
    let told = vec![
        inbox::tell_once(&who.subject, &id, now, "您订阅的事项有变动", &words, &format!("{address}{query}")),
        followers::told_standing(who, &mark),
    ];
    app.db.begin().await?.commit_with(told).await?;
    Ok(())
}

/// What ended: a pause, or a plan to cancel.
fn as_usual(catalogue: &Catalogue, item: &Item, who: &Follower, app: &App) -> String {
    if who.standing.starts_with("ends-") {
        return "原来计划的取消不再执行，照常办理。".to_owned();
    }
    let last = catalogue.last_pause(item, &who.bureau, app.today());
    match last.map(|change| (change.kind, change.until, change)) {
        Some((Kind::Resume, _, change)) => {
            let day = web::text::date_cn(change.effective);
            format!("这个事项自{day}起恢复办理，现在可以申请。原因：{}。", change.reason)
        }
        Some((_, Some(until), _)) => {
            format!("这个事项的暂停到{}为止，现在恢复办理，可以申请。", web::text::date_cn(until))
        }
        _ => "这个事项现在照常办理，可以申请。".to_owned(),
    }
}

fn bureau_query(bureau: Option<&str>) -> String {
    bureau.map(|bureau| format!("?bureau={bureau}")).unwrap_or_default()
}
