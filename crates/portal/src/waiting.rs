//! What waits for editors and reviewers: texts and changes of the catalogue, articles of 信息公开.

use async_trait::async_trait;
use cases::waiting::{OtherWork, Todo};
use db::{Db, Exec};
use identity::{Act, Officer};
use web::Answer;

pub struct OfMatters;

#[async_trait]
impl OtherWork for OfMatters {
    async fn of(&self, db: &Db, officer: &Officer) -> Answer<Vec<Todo>> {
        let mut db = db.clone();
        let mut all = Vec::new();
        if officer.can(Act::ReviewCatalogue) || officer.can(Act::EditCatalogue) {
            all.extend(of_catalogue(&mut db, officer).await?);
        }
        if officer.can(Act::ReviewDisclosure) {
            all.extend(of_disclosure(&mut db, officer).await?);
        }
        Ok(all)
    }
}

async fn of_catalogue(db: &mut impl Exec, officer: &Officer) -> Answer<Vec<Todo>> {
    let (reviews, edits) = (officer.can(Act::ReviewCatalogue), officer.can(Act::EditCatalogue));
    let reach = officer.reach();
    let waiting = catalog::store::waiting(db).await?;
    let mine = |one: &catalog::store::Waiting| reach.contains(&one.bureau.as_str());
    let todo = |one: catalog::store::Waiting| {
        let wrote = one.hands.contains(&officer.id);
        let says = match one.returned {
            true if edits && wrote => format!("指南的修改被退回，请改好再提交：{}", one.why),
            false if reviews && !wrote => format!("审核{}：{}", one.what, one.why),
            _ => return None,
        };
        Some(Todo { says, href: one.href })
    };
    Ok(waiting.into_iter().filter(mine).filter_map(todo).collect())
}

async fn of_disclosure(db: &mut impl Exec, officer: &Officer) -> Answer<Vec<Todo>> {
    let counted = disclosure::store::count_by_state(db, &officer.bureau).await?;
    let count = counted.into_iter().find(|(state, _)| state == "submitted").map_or(0, |(_, count)| count);
    let says = format!("审核待发布的公开内容（{count} 篇）");
    let todo = Todo { says, href: "/desk/disclosure?state=submitted".to_owned() };
    Ok(if count > 0 { vec![todo] } else { vec![] })
}
