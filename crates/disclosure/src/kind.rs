//! What kind of information an article is: the columns (栏目) of the public list.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 法律法规: which texts apply, and where they are read.
    Law,
    /// 政策文件
    Policy,
    /// 通知公告
    #[default]
    Notice,
    /// 审查细则
    ReviewRule,
    /// 监督举报
    Supervision,
    /// 布局规划征求意见 and other drafts on which the public is asked.
    Consultation,
    /// 总量控制: quotas and what is left of them.
    Quota,
    /// 常见提示
    Tip,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Notice,
        Kind::Policy,
        Kind::Consultation,
        Kind::Quota,
        Kind::ReviewRule,
        Kind::Law,
        Kind::Supervision,
        Kind::Tip,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Kind::Law => "law",
            Kind::Policy => "policy",
            Kind::Notice => "notice",
            Kind::ReviewRule => "review-rule",
            Kind::Supervision => "supervision",
            Kind::Consultation => "consultation",
            Kind::Quota => "quota",
            Kind::Tip => "tip",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub fn says(self) -> &'static str {
        match self {
            Kind::Law => "法律法规",
            Kind::Policy => "政策文件",
            Kind::Notice => "通知公告",
            Kind::ReviewRule => "审查细则",
            Kind::Supervision => "监督举报",
            Kind::Consultation => "征求意见",
            Kind::Quota => "总量控制",
            Kind::Tip => "常见提示",
        }
    }

    /// Texts that hold until something ends them, and whose validity a reader must be told.
    pub fn binds(self) -> bool {
        matches!(self, Kind::Law | Kind::Policy | Kind::ReviewRule | Kind::Quota)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back_from_its_code_and_from_json() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        assert_eq!(Kind::from_code("卷"), None);
    }
}
