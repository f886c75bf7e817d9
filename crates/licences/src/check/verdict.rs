//! The verdicts, each with what it means and what to do now.

use serde::Serialize;

/// Why a genuine licence is worth nothing, or not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotCurrent {
    /// 停业 or 责令停业整顿
    Suspended,
    /// 注销
    Cancelled,
    /// 撤销
    Revoked,
    /// 收回
    Recalled,
    /// 有效期届满
    Expired,
    /// 变更、延续、补办之前的版本
    Replaced,
    /// 有效期还没有开始
    NotYet,
}

impl NotCurrent {
    pub const ALL: [NotCurrent; 7] = {
        use NotCurrent::*;
        [Suspended, Cancelled, Revoked, Recalled, Expired, Replaced, NotYet]
    };

    pub fn code(self) -> &'static str {
        match self {
            NotCurrent::Suspended => "suspended",
            NotCurrent::Cancelled => "cancelled",
            NotCurrent::Revoked => "revoked",
            NotCurrent::Recalled => "recalled",
            NotCurrent::Expired => "expired",
            NotCurrent::Replaced => "replaced",
            NotCurrent::NotYet => "not-yet",
        }
    }

    /// A few words for the big sign.
    fn says(self) -> &'static str {
        match self {
            NotCurrent::Suspended => "文件是真的，但许可证正在停业或整顿",
            NotCurrent::Cancelled => "文件是真的，但许可证已注销",
            NotCurrent::Revoked => "文件是真的，但许可证已撤销",
            NotCurrent::Recalled => "文件是真的，但许可证已收回",
            NotCurrent::Expired => "文件是真的，但许可证已过期",
            NotCurrent::Replaced => "文件是真的，但已有新的版本",
            NotCurrent::NotYet => "文件是真的，但许可证尚未生效",
        }
    }

    fn next(self) -> &'static str {
        match self {
            NotCurrent::Suspended => {
                "停业、整顿期间不能零售烟草制品。店里仍在卖烟的，可以拨打 12313 反映；您是持证人的，恢复营业前请先向发证机关申请。"
            }
            NotCurrent::Cancelled | NotCurrent::Revoked | NotCurrent::Recalled => {
                "这张证不能再用。店里仍在卖烟的，可以拨打 12313 反映；想继续经营的，需要重新申请。"
            }
            NotCurrent::Expired => {
                "这张证不能再用。店里仍在卖烟的，可以拨打 12313 反映；您是持证人的，请停止零售，并联系发证机关。"
            }
            NotCurrent::Replaced => {
                "请不要用这个旧文件。您是持证人的，请到“我的许可证”下载最新的电子证照；别人出示的，请对方出示新的。"
            }
            NotCurrent::NotYet => "请在有效期开始之后再用。在这之前店里卖烟的，可以拨打 12313 反映。",
        }
    }
}

/// The answer. A program reads [`Verdict::code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Genuine, untouched, and in force now.
    Valid,
    NotCurrent(NotCurrent),
    /// A form or a record of a case, as it was made: true of its day, and no licence.
    Record,
    /// Genuine as far as can be seen; whether it is in force could not be found out.
    StateUnknown,
    /// Nothing could be found out here, for want of keys or records.
    Unchecked,
    /// Genuine seals or none at all, but no such document is known here.
    UnknownDocument,
    SealSuspended,
    SealExpired,
    /// The seal is of somebody we don't trust.
    ForeignSeal,
    SealBad,
    Unsealed,
    ListBroken,
    Uncovered,
    Altered,
    Unreadable,
}

/// How the answer is coloured; words and sign say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    Good,
    /// Genuine, but do not rely on it.
    Careful,
    Bad,
}

impl Grade {
    pub fn light(self) -> &'static str {
        match self {
            Grade::Good => "green",
            Grade::Careful => "yellow",
            Grade::Bad => "red",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Grade::Good => "✓",
            Grade::Careful => "!",
            Grade::Bad => "✕",
        }
    }
}

impl Verdict {
    /// Stable word for programs and tests.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::NotCurrent(_) => "not-current",
            Verdict::Record => "record",
            Verdict::StateUnknown => "state-unknown",
            Verdict::Unchecked => "unchecked",
            Verdict::UnknownDocument => "unknown-document",
            Verdict::SealSuspended => "seal-suspended",
            Verdict::SealExpired => "seal-expired",
            Verdict::ForeignSeal => "foreign-seal",
            Verdict::SealBad => "seal-bad",
            Verdict::Unsealed => "unsealed",
            Verdict::ListBroken => "list-broken",
            Verdict::Uncovered => "uncovered",
            Verdict::Altered => "altered",
            Verdict::Unreadable => "unreadable",
        }
    }

    pub fn is_valid(self) -> bool {
        self == Verdict::Valid
    }

    pub fn grade(self) -> Grade {
        match self {
            Verdict::Valid => Grade::Good,
            Verdict::NotCurrent(_) | Verdict::Record | Verdict::StateUnknown | Verdict::Unchecked => {
                Grade::Careful
            }
            _ => Grade::Bad,
        }
    }

    /// A few words for the big sign.
    pub fn says(self) -> &'static str {
        match self {
            Verdict::Valid => "核验通过：文件是真的，现在有效",
            Verdict::NotCurrent(why) => why.says(),
            Verdict::Record => "是办理时留下的记录，不是许可证",
            Verdict::StateUnknown => "文件没有被改动，但现在是否有效还查不到",
            Verdict::Unchecked => "文件在这里核验不了，不知道真假",
            Verdict::UnknownDocument => "没有查到这份文件的制发记录",
            Verdict::SealSuspended => "盖章时这枚印章不能使用",
            Verdict::SealExpired => "盖章时印章或证书已经过期",
            Verdict::ForeignSeal => "印章的证书不在受信任的根证书之下，不能认定是烟草专卖局的",
            Verdict::SealBad => "印章无效，可能是伪造的",
            Verdict::Unsealed => "文件上没有电子印章",
            Verdict::ListBroken => "文件的签章清单被改动过",
            Verdict::Uncovered => "文件里被加进了印章没有覆盖的内容",
            Verdict::Altered => "文件在盖章以后被改动过",
            Verdict::Unreadable => "文件打不开，不能核验",
        }
    }

    /// What to do now.
    pub fn next(self) -> &'static str {
        match self {
            Verdict::Valid => "请再核对文件上的名称、地址与现场或当事人是否一致。",
            Verdict::NotCurrent(why) => why.next(),
            Verdict::Record => {
                "内容与制发时相同，但只说明办理当时的情况。许可证现在是否有效，请按许可证号查验。"
            }
            Verdict::Unchecked => {
                "请到发证机关的网站核验；二维码请联网打开，或者用 --status 给出发证机关的状态清单。"
            }
            Verdict::StateUnknown => {
                "请联网后再核验一次，或者按许可证号在本网站查验；急需确认的，请拨打 12313。"
            }
            Verdict::UnknownDocument => {
                "请从本网站重新下载原文件再核验。截图、翻拍、另存过的文件不能核验；别人给您的文件，请勿采信，可向发证机关核实。"
            }
            Verdict::Unsealed => {
                "烟草专卖局发出的电子证照和决定书都盖有电子印章。请勿采信这份文件，请从本网站重新下载，或向发证机关核实。"
            }
            Verdict::Altered | Verdict::Uncovered | Verdict::ListBroken => {
                "请勿采信这份文件。您自己的文件，请从本网站重新下载，不要编辑或另存；别人给您的，可以拨打 12313 反映。"
            }
            Verdict::SealSuspended | Verdict::SealExpired | Verdict::ForeignSeal | Verdict::SealBad => {
                "请勿采信这份文件，请向文件上写明的机关核实，或拨打 12313 反映。"
            }
            Verdict::Unreadable => {
                "请选择从本网站下载的 OFD 或 PDF 原文件；下载可能不完整，请重新下载后再试。"
            }
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub subject: String,
    /// `good`, `bad`, or `unknown` when it could not be looked at.
    pub result: &'static str,
    pub words: String,
}

impl Step {
    pub fn good(subject: impl Into<String>, words: impl Into<String>) -> Step {
        Step { subject: subject.into(), result: "good", words: words.into() }
    }

    pub fn bad(subject: impl Into<String>, words: impl Into<String>) -> Step {
        Step { subject: subject.into(), result: "bad", words: words.into() }
    }

    pub fn unknown(subject: impl Into<String>, words: impl Into<String>) -> Step {
        Step { subject: subject.into(), result: "unknown", words: words.into() }
    }

    pub fn icon(&self) -> &'static str {
        match self.result {
            "good" => "✓",
            "bad" => "✕",
            _ => "?",
        }
    }

    /// The colour of its light.
    pub fn light(&self) -> &'static str {
        match self.result {
            "good" => "green",
            "bad" => "red",
            _ => "grey",
        }
    }

    pub fn says(&self) -> &'static str {
        match self.result {
            "good" => "通过",
            "bad" => "不通过",
            _ => "未查到",
        }
    }
}

/// What a genuine document says about itself: label and value, in the order shown.
pub type Facts = Vec<(String, String)>;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    File,
    /// The QR code of a licence.
    Code,
}

/// The answer with all that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub subject: Subject,
    pub verdict: Verdict,
    pub steps: Vec<Step>,
    /// Empty unless the document is genuine: what a forger wrote is not shown as fact.
    pub facts: Facts,
    /// 许可证号, of a genuine licence.
    pub number: Option<String>,
}

impl Outcome {
    /// A few words for the big sign.
    pub fn says(&self) -> String {
        match (self.subject, self.verdict) {
            (Subject::File, verdict) => verdict.says().into(),
            (Subject::Code, Verdict::Altered) => "二维码的内容被改动过，或者是伪造的".into(),
            (Subject::Code, Verdict::ForeignSeal) => "二维码不是烟草专卖局签发的".into(),
            (Subject::Code, Verdict::Unsealed) => "二维码里没有签名，只能按许可证号查验".into(),
            (Subject::Code, Verdict::UnknownDocument) => "登记簿里没有这张许可证".into(),
            (Subject::Code, Verdict::Unreadable) => "这不是许可证上的二维码".into(),
            (Subject::Code, Verdict::Unchecked) => "二维码在这里核验不了，不知道真假".into(),
            (Subject::Code, verdict) => verdict.says().replacen("文件", "二维码", 1),
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match (self.subject, self.verdict) {
            (Subject::File, verdict) => verdict.next(),
            (Subject::Code, Verdict::Valid) => "请核对店名、负责人和经营场所与现场是否一致。",
            (Subject::Code, Verdict::Unsealed) => "请联网打开二维码中的网址，或者按许可证号在本网站查验。",
            (Subject::Code, Verdict::Unreadable) => "请对准许可证左下角的二维码重新扫描。",
            (Subject::Code, verdict) if verdict.grade() == Grade::Bad => {
                "请勿采信，可以拨打 12313 反映店名和地址。"
            }
            (Subject::Code, verdict) => verdict.next(),
        }
    }

    /// What everybody reads: the file as a whole, and whatever is wrong.
    pub fn plain_steps(&self) -> Vec<&Step> {
        self.steps.iter().filter(|step| !is_detail(step)).collect()
    }

    /// The single checks of the seals that passed, for those who want to know.
    pub fn details(&self) -> Vec<&Step> {
        self.steps.iter().filter(|step| is_detail(step)).collect()
    }

    pub fn json(&self) -> serde_json::Value {
        let reason = match self.verdict {
            Verdict::NotCurrent(why) => Some(why.code()),
            _ => None,
        };
        let facts: serde_json::Map<String, serde_json::Value> =
            self.facts.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        serde_json::json!({
            "verdict": self.verdict.code(),
            "reason": reason,
            "valid": self.verdict.is_valid(),
            "says": self.says(),
            "next": self.next(),
            "number": self.number,
            "facts": facts,
            "steps": self.steps,
        })
    }
}

/// “第1枚签章：用印人”
fn is_detail(step: &Step) -> bool {
    step.result == "good" && step.subject.starts_with('第')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_verdict_has_words_of_its_own_and_a_way_on() {
        use Verdict::*;
        let mut all = vec![
            Valid,
            Record,
            StateUnknown,
            Unchecked,
            UnknownDocument,
            SealSuspended,
            SealExpired,
            ForeignSeal,
            SealBad,
            Unsealed,
            ListBroken,
            Uncovered,
            Altered,
            Unreadable,
        ];
        all.extend(super::NotCurrent::ALL.map(NotCurrent));
        let said: HashSet<&str> = all.iter().map(|verdict| verdict.says()).collect();
        assert_eq!(said.len(), all.len());
        for verdict in all {
            assert!(verdict.next().ends_with('。'), "{}", verdict.code());
            assert_eq!(verdict.is_valid(), verdict.grade() == Grade::Good);
        }
    }
}
