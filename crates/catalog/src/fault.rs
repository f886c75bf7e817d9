//! What can go wrong with the catalogue.

/// A fault in the data files stops the start of the program: a guide with a hole is worse than none.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{file}:{line}: {says}")]
    Unreadable { file: String, line: usize, says: String },
    #[error("{file}: {says}")]
    Incomplete { file: String, says: String },
    #[error(
        "items/{slug} 的版本 {version} 已经发布过，内容却变了：有办件是按原来的内容申请的，请提高 item.toml 里的 version"
    )]
    EditionChanged { slug: String, version: String },
    #[error("留存的内容读不出来：{0}")]
    Body(String),
    #[error(transparent)]
    Store(#[from] db::Fault),
    #[error("目录变动“{0}”已经有了：请换一个编号")]
    ChangeThere(String),
    #[error("没有找到目录变动“{0}”：可能已经撤回，请刷新列表再看")]
    ChangeUnknown(String),
    #[error("目录变动“{0}”刚刚被别人改过：请重新打开，看过以后再操作")]
    ChangedMeanwhile(String),
    #[error("目录变动“{0}”已经审核或者撤回，不能再审核：要改的，请另行起草")]
    ChangeClosed(String),
    #[error("目录变动不能生效：{}", .0.iter().map(|one| one.says.as_str()).collect::<Vec<_>>().join("；"))]
    ChangeRefused(Vec<crate::change::Refused>),
}
