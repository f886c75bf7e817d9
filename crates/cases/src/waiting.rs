//! What waits for an officer besides cases, by interface: the desk shows it, the matters it belongs to are asked by the portal.

use std::sync::Arc;

use async_trait::async_trait;
use identity::Officer;

/// One thing to do: what, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    pub says: String,
    pub href: String,
}

/// Knows what an officer should look at.
#[async_trait]
pub trait OtherWork: Send + Sync {
    async fn of(&self, db: &db::Db, officer: &Officer) -> web::Answer<Vec<Todo>>;
}

/// Who knows it on this site; the portal puts it in.
#[derive(Clone)]
pub struct Waiting(pub Arc<dyn OtherWork>);
