//! What can go wrong while indexing or searching.

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nothing was handed in yet.
    #[error("搜索正在准备，请过几秒再试")]
    NotReady,
    #[error("词表 {file} 有误：{says}")]
    Words { file: String, says: String },
    #[error("要收录的内容有 {found} 篇，超过上限 {most} 篇，请减少收录的栏目")]
    TooMany { found: usize, most: usize },
    #[error("两篇内容用了同一个编号 {kind}/{id}，请改正其中一篇")]
    SameId { kind: &'static str, id: String },
    #[error("索引文件夹不能使用，请检查磁盘空间和权限")]
    Folder(#[from] std::io::Error),
    #[error("索引不能建立或者读取，请重新启动后再试")]
    Index(#[from] tantivy::TantivyError),
}
