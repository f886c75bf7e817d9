//! What can go wrong with the catalogue.

/// A fault in the data files stops the start of the program: a guide with a hole is worse than none.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{file}:{line}: {says}")]
    Unreadable { file: String, line: usize, says: String },
    #[error("{file}: {says}")]
    Incomplete { file: String, says: String },
    #[error(
        "version {version} of items/{slug} is already published with other contents: raise `version` in item.toml, because cases were filed under the old text"
    )]
    EditionChanged { slug: String, version: String },
    #[error("a kept edition can't be read: {0}")]
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
