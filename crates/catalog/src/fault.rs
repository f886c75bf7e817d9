//! What can go wrong with the catalogue.

use web::{Face, Refusal};

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
    #[error("一个单位只能暂停、恢复自己的事项，不能{0}：需要{0}的，请报国家目录的管理单位办理")]
    NotALocalChange(&'static str),
    #[error("没有找到这份修改：可能已经撤回，请从目录工作台重新打开")]
    TextUnknown,
    #[error("{who}在{when}改过这份修改，您这次的内容还没有保存：下面保留了您填写的内容，请对照后再保存")]
    TextChangedMeanwhile { who: String, when: String },
    #[error("这份修改{0}，不能再{1}：要改的，请另行起草")]
    TextClosed(&'static str, &'static str),
    #[error("您起草或者改过这份修改，要由另一位同事审核：请换一位审核人")]
    TextOwn,
    #[error("这份修改不能生效：{}", .0.join("；"))]
    TextRefused(Vec<String>),
}

impl Fault {
    /// What an officer at the desk, or a reader, is told.
    pub fn face(&self) -> Face {
        let says = self.to_string();
        let (what, next) = says.split_once('：').map_or((says.as_str(), ""), |(what, next)| (what, next));
        match self {
            Fault::Store(fault) => web::face::database_face(fault),
            Fault::Unreadable { .. }
            | Fault::Incomplete { .. }
            | Fault::EditionChanged { .. }
            | Fault::Body(_) => Face::internal(),
            Fault::ChangeUnknown(_) | Fault::TextUnknown => Face::unknown("catalogue-unknown", what, next),
            Fault::TextRefused(reasons) => {
                Face::conflict("text-refused", "这份修改现在不能生效", reasons.join("；"))
            }
            Fault::ChangeRefused(refused) => {
                let reasons: Vec<&str> = refused.iter().map(|one| one.says.as_str()).collect();
                Face::conflict("change-refused", "这次变动现在不能生效", reasons.join("；"))
            }
            Fault::NotALocalChange(_) => Face::invalid("not-a-local-change", what, next),
            _ => Face::conflict("catalogue-moved", what, next),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::caused(fault.face().action("回到事项目录", "/desk/catalog"), &fault)
    }
}
