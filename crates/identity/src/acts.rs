//! Who may do what: one table of posts and acts.

/// A post (岗位) an officer holds in a bureau. Codes are those of `places/*/officers.toml` and of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Post {
    /// 证件管理员: takes in applications, writes the papers, hands out licences.
    LicenceClerk,
    /// 队所所长: sends inspectors out.
    TeamHead,
    /// 实地核查人员: inspects the premises.
    Inspector,
    /// 专卖证件负责人: reviews.
    LicenceHead,
    /// 机关负责人: decides.
    BureauHead,
    /// 印章管理员: asks for seals, makes them, hands them out, suspends and destroys them.
    SealKeeper,
    /// 目录管理员: keeps the service items.
    CatalogEditor,
    /// 信息公开编辑员: writes what the bureau tells the public, and looks at what the public says.
    DisclosureEditor,
    /// 信息公开审核员: approves what somebody else wrote; withdraws and repeals.
    DisclosureReviewer,
    /// 监督人员: watches limits and handling, here and below.
    Supervisor,
    /// 系统管理员: keeps the system running; reads no case.
    SystemAdmin,
    /// 安全管理员: gives and takes posts; never to himself.
    SecurityAdmin,
    /// 审计员: reads the records of who did what.
    Auditor,
}

impl Post {
    pub const ALL: [Post; 13] = [
        Post::LicenceClerk,
        Post::TeamHead,
        Post::Inspector,
        Post::LicenceHead,
        Post::BureauHead,
        Post::SealKeeper,
        Post::CatalogEditor,
        Post::DisclosureEditor,
        Post::DisclosureReviewer,
        Post::Supervisor,
        Post::SystemAdmin,
        Post::SecurityAdmin,
        Post::Auditor,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Post::LicenceClerk => "licence_clerk",
            Post::TeamHead => "team_head",
            Post::Inspector => "inspector",
            Post::LicenceHead => "licence_head",
            Post::BureauHead => "bureau_head",
            Post::SealKeeper => "seal_keeper",
            Post::CatalogEditor => "catalog_editor",
            Post::DisclosureEditor => "disclosure_editor",
            Post::DisclosureReviewer => "disclosure_reviewer",
            Post::Supervisor => "supervisor",
            Post::SystemAdmin => "system_admin",
            Post::SecurityAdmin => "security_admin",
            Post::Auditor => "auditor",
        }
    }

    pub fn from_code(code: &str) -> Option<Post> {
        Post::ALL.into_iter().find(|post| post.code() == code)
    }

    /// 证件管理员 …
    pub fn says(self) -> &'static str {
        match self {
            Post::LicenceClerk => "证件管理员",
            Post::TeamHead => "队所所长",
            Post::Inspector => "实地核查人员",
            Post::LicenceHead => "专卖证件负责人",
            Post::BureauHead => "机关负责人",
            Post::SealKeeper => "印章管理员",
            Post::CatalogEditor => "目录管理员",
            Post::DisclosureEditor => "信息公开编辑员",
            Post::DisclosureReviewer => "信息公开审核员",
            Post::Supervisor => "监督人员",
            Post::SystemAdmin => "系统管理员",
            Post::SecurityAdmin => "安全管理员",
            Post::Auditor => "审计员",
        }
    }
}

/// Something an officer does that needs a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// See the list of tasks.
    ReadWork,
    /// Open a case with all its papers.
    ReadCase,
    /// 受理
    Accept,
    /// 告知补正
    AskForMore,
    /// 不予受理
    Decline,
    /// 书面审查
    ReviewPaper,
    /// 分配核查任务
    AssignInspection,
    /// 实地核查
    Inspect,
    /// 审查
    Review,
    /// 审批 (grant or refuse)
    Decide,
    /// 延长审批期限
    Extend,
    /// 特别程序暂停与恢复计时
    Pause,
    /// 送达
    Deliver,
    /// 打印许可证
    PrintLicence,
    /// Look up licences of the bureau with what is not public.
    ReadLicence,
    /// 管理印章: ask for a seal, make it, hand it out, suspend and destroy it.
    KeepSeals,
    /// 审批印章
    ApproveSeals,
    /// 查看印章和用印台账
    ReadSeals,
    /// 维护事项: write what guides say, ask for a pause.
    EditCatalogue,
    /// 查看信息公开: drafts, states and history of the bureau's public information.
    ReadDisclosure,
    /// 编辑信息公开
    EditDisclosure,
    /// 审核信息公开: approve what somebody else wrote, withdraw, repeal.
    ReviewDisclosure,
    /// 审核事项: let what an editor wrote take effect.
    ReviewCatalogue,
    /// 督办: see limits and handling here and in the bureaus below.
    Supervise,
    /// 管理系统: settings, calendar, backups.
    RunSystem,
    /// 管理岗位: give and take posts.
    GrantPosts,
    /// 审计: read who did what.
    ReadAudit,
    /// 证后管理: 停业, 恢复, 责令停业整顿, 注销, 收回 and making a licence anew, one or many.
    ChangeLicence,
}

impl Act {
    pub const ALL: [Act; 28] = [
        Act::ReadWork,
        Act::ReadCase,
        Act::Accept,
        Act::AskForMore,
        Act::Decline,
        Act::ReviewPaper,
        Act::AssignInspection,
        Act::Inspect,
        Act::Review,
        Act::Decide,
        Act::Extend,
        Act::Pause,
        Act::Deliver,
        Act::PrintLicence,
        Act::ReadLicence,
        Act::KeepSeals,
        Act::ApproveSeals,
        Act::ReadSeals,
        Act::EditCatalogue,
        Act::ReadDisclosure,
        Act::EditDisclosure,
        Act::ReviewDisclosure,
        Act::ReviewCatalogue,
        Act::Supervise,
        Act::RunSystem,
        Act::GrantPosts,
        Act::ReadAudit,
        Act::ChangeLicence,
    ];

    /// The code menus name in `NavItem::needs`.
    pub fn code(self) -> &'static str {
        match self {
            Act::ReadWork => "read-work",
            Act::ReadCase => "read-case",
            Act::Accept => "accept",
            Act::AskForMore => "ask-for-more",
            Act::Decline => "decline",
            Act::ReviewPaper => "review-paper",
            Act::AssignInspection => "assign-inspection",
            Act::Inspect => "inspect",
            Act::Review => "review",
            Act::Decide => "decide",
            Act::Extend => "extend",
            Act::Pause => "pause",
            Act::Deliver => "deliver",
            Act::PrintLicence => "print-licence",
            Act::ReadLicence => "read-licence",
            Act::KeepSeals => "keep-seals",
            Act::ApproveSeals => "approve-seals",
            Act::ReadSeals => "read-seals",
            Act::EditCatalogue => "edit-catalogue",
            Act::ReadDisclosure => "read-disclosure",
            Act::EditDisclosure => "edit-disclosure",
            Act::ReviewDisclosure => "review-disclosure",
            Act::ReviewCatalogue => "review-catalogue",
            Act::Supervise => "supervise",
            Act::RunSystem => "run-system",
            Act::GrantPosts => "grant-posts",
            Act::ReadAudit => "read-audit",
            Act::ChangeLicence => "change-licence",
        }
    }

    /// 受理, 审批 … as it stands in a sentence: “您的岗位不能办理‘受理’”.
    pub fn says(self) -> &'static str {
        match self {
            Act::ReadWork => "查看任务",
            Act::ReadCase => "查看办件",
            Act::Accept => "受理",
            Act::AskForMore => "告知补正",
            Act::Decline => "不予受理",
            Act::ReviewPaper => "书面审查",
            Act::AssignInspection => "分配核查任务",
            Act::Inspect => "实地核查",
            Act::Review => "审查",
            Act::Decide => "审批",
            Act::Extend => "延长审批期限",
            Act::Pause => "暂停计时",
            Act::Deliver => "送达",
            Act::PrintLicence => "打印许可证",
            Act::ReadLicence => "查询许可证",
            Act::KeepSeals => "管理印章",
            Act::ApproveSeals => "审批印章",
            Act::ReadSeals => "查看印章",
            Act::EditCatalogue => "维护事项",
            Act::ReadDisclosure => "查看信息公开",
            Act::EditDisclosure => "编辑信息公开",
            Act::ReviewDisclosure => "审核信息公开",
            Act::ReviewCatalogue => "审核事项",
            Act::Supervise => "督办",
            Act::RunSystem => "管理系统",
            Act::GrantPosts => "管理岗位",
            Act::ReadAudit => "审计",
            Act::ChangeLicence => "证后管理",
        }
    }

    /// Acts that reach into the bureaus below one's own. Cases themselves don't: another bureau's case looks missing.
    pub fn reaches_down(self) -> bool {
        matches!(
            self,
            Act::Supervise
                | Act::ReadAudit
                | Act::GrantPosts
                | Act::ReadSeals
                | Act::EditCatalogue
                | Act::ReviewCatalogue
        )
    }
}

/// Whether a post allows an act, in the bureau where it is held. That reviewing and deciding are done by other people
/// than accepting and inspecting is a rule about the case, not the post, and stands in `cases`.
pub fn may(post: Post, act: Act) -> bool {
    use Act::*;
    match post {
        Post::LicenceClerk => matches!(
            act,
            ReadWork
                | ReadCase
                | Accept
                | AskForMore
                | Decline
                | ReviewPaper
                | Pause
                | Deliver
                | PrintLicence
                | ReadLicence
        ),
        Post::TeamHead => matches!(act, ReadWork | ReadCase | AssignInspection | ReadLicence),
        Post::Inspector => matches!(act, ReadWork | ReadCase | Inspect | ReadLicence),
        Post::LicenceHead => {
            matches!(
                act,
                ReadWork
                    | ReadCase
                    | ReviewPaper
                    | AssignInspection
                    | Review
                    | Pause
                    | ReadLicence
                    | ChangeLicence
            )
        }
        // 《行政许可法》第四十二条第一款: only the head of the organ may approve an extension.
        Post::BureauHead => matches!(
            act,
            ReadWork
                | ReadCase
                | Decide
                | Extend
                | ReadLicence
                | Supervise
                | ApproveSeals
                | ReadSeals
                | ReadDisclosure
                | ReviewDisclosure
                | ReviewCatalogue
        ),
        Post::SealKeeper => matches!(act, KeepSeals | ReadSeals),
        Post::CatalogEditor => matches!(act, EditCatalogue),
        Post::DisclosureEditor => matches!(act, ReadDisclosure | EditDisclosure),
        Post::DisclosureReviewer => matches!(act, ReadDisclosure | ReviewDisclosure),
        Post::Supervisor => matches!(act, Supervise),
        Post::SystemAdmin => matches!(act, RunSystem),
        Post::SecurityAdmin => matches!(act, GrantPosts),
        Post::Auditor => matches!(act, ReadAudit | ReadSeals),
    }
}

/// The table as text: a row a post, a mark for each act allowed.
pub fn table() -> String {
    let mut lines = String::new();
    for post in Post::ALL {
        for act in Act::ALL {
            let mark = if may(post, act) { "yes" } else { "-" };
            lines.push_str(&format!("{:<15} {:<18} {mark}\n", post.code(), act.code()));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changing who may do what means changing this file too, on purpose.
    #[test]
    fn who_may_do_what_is_as_written_down() {
        let written = include_str!("../tests/who-may.txt");
        assert!(table() == written, "the table is now:\n{}", table());
    }

    #[test]
    fn codes_lead_back_to_their_posts() {
        for post in Post::ALL {
            assert_eq!(Post::from_code(post.code()), Some(post));
        }
    }

    #[test]
    fn administrators_read_no_case_and_no_post_accepts_and_decides() {
        for post in [Post::SystemAdmin, Post::SecurityAdmin, Post::Auditor] {
            assert!(!may(post, Act::ReadCase), "{post:?}");
        }
        for post in Post::ALL {
            assert!(!(may(post, Act::Accept) && may(post, Act::Decide)), "{post:?}");
            assert!(!(may(post, Act::Inspect) && may(post, Act::Review)), "{post:?}");
            assert!(!(may(post, Act::KeepSeals) && may(post, Act::ApproveSeals)), "{post:?}");
            assert!(!(may(post, Act::KeepSeals) && may(post, Act::Decide)), "{post:?}");
            assert!(!(may(post, Act::EditDisclosure) && may(post, Act::ReviewDisclosure)), "{post:?}");
            assert!(!(may(post, Act::EditCatalogue) && may(post, Act::ReviewCatalogue)), "{post:?}");
        }
    }
}
