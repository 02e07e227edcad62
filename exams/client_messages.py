"""The sentences of the exam client, translated here and handed to it as JSON."""

from django.utils.translation import gettext as _


def messages() -> dict[str, str]:
    """Key -> sentence in the reader's language; {words} in braces are filled in by the client."""
    parts = (_door, _waiting, _question, _sheet, _status, _handing, _interruptions, _result, _practice)
    return {key: sentence for part in parts for key, sentence in part().items()}


def _door() -> dict[str, str]:
    return {
        "enter": _("进入"),
        "try_again": _("再试一次"),
        "entering": _("正在核对…"),
        "card_short": _("卡号是 12 位数字，还没有输完。"),
        "card_long": _("卡号是 12 位数字，现在多了。"),
        "card_mistyped": _("卡号里有一位不对，或者两位颠倒了。请对照座位卡检查。"),
        "no_network": _("连不上服务器。请检查网络，再试一次；不行就告诉老师。"),
        "not_open_until": _("还没有开放入场，{at} 以后再来。"),
        "occupied_again": _("这张卡正在另一台设备上作答。请举手告诉老师放行；放行以后会自动进入，不用再按。"),
        "occupied_stopped": _("另一台设备还没有放行。请先告诉老师，再按“再试一次”。"),
        "is_it_you": _("你是{class} {name} 吗？"),
        "leftovers": _("这台设备上还有 {count} 条以前的答案没有送达，正在补送，请不要关机。"),
        "second_tab_title": _("测评已经在另一个窗口里打开"),
        "second_tab_text": _("请回到那个窗口继续作答，这一个可以关掉。"),
    }


def _waiting() -> dict[str, str]:
    return {
        "waiting_until": _("{at} 开始，还有"),
        "waiting_for_go": _("请等老师宣布开始"),
        "waiting_held": _("老师让全班暂停，请等老师让大家继续"),
        "waiting_by_itself": _("到时会自动开始，不用按任何键，也不用刷新。"),
        "fact_items": _("{count} 道题"),
        "fact_minutes": _("{minutes} 分钟"),
        "fact_closes": _("{at} 结束"),
        "fact_admission": _("最晚 {at} 开始"),
        "late_full": _("来晚了也有足够的作答时间，从自己开始算起。"),
        "late_common": _("来晚了不补时间，和大家一起结束。"),
        "check_entered": _("已经入场"),
        "check_clock": _("时间已与服务器对好"),
        "check_clock_pending": _("正在对时"),
        "check_storage": _("答案可以在本机留底"),
        "check_storage_memory": _("本机不能留底：答题时请不要刷新或关闭页面，并告诉老师"),
        "check_paper": _("试卷已经取到本机，开始时才能打开"),
        "check_paper_pending": _("正在取试卷"),
        "check_paper_later": _("试卷在开始时取"),
        "check_offline": _("网络断了，正在重新连接，请告诉老师"),
        "sound_try": _("试听声音"),
        "sound_why": _("有的题目要听声音，请先试一下。"),
        "sound_played": _("听到“嘀”的一声了吗？没有听到，就调大音量，或者告诉老师。"),
        "sound_failed": _("这台设备放不出声音，请告诉老师。"),
        "open_tutorial": _("先做三道练习题"),
        "loading_title": _("正在准备"),
        "loading_text": _("马上就好。"),
        "loading_offline": _("网络断了，正在重新连接，请不要关闭页面。"),
    }


def _question() -> dict[str, str]:
    return {
        "question_n": _("第 {n} 题，共 {total} 题"),
        "go_to_question": _("回到第 {n} 题"),
        "kind_single_choice": _("单选题"),
        "kind_multiple_choice": _("多选题"),
        "kind_true_false": _("判断题"),
        "choice_true": _("正确"),
        "choice_false": _("错误"),
        "clear_answer": _("清除选择"),
        "chosen": _("已选 {letters}"),
        "cleared": _("已清除"),
        "read_aloud": _("朗读"),
        "large_type": _("大字"),
        "mark": _("标记"),
        "unmark": _("取消标记"),
        "previous": _("上一题"),
        "next": _("下一题"),
        "turn_pages": _("翻页"),
        "to_hand_in": _("去交卷"),
    }


def _sheet() -> dict[str, str]:
    return {
        "sheet": _("答题卡"),
        "sheet_progress": _("答题卡 {answered}/{total}"),
        "sheet_count": _("已答 {answered} 题，共 {total} 题"),
        "legend_answered": _("已答"),
        "legend_open": _("未答"),
        "legend_marked": _("有标记"),
        "back_to_question": _("回到题目"),
        "understood": _("知道了"),
        "notice_extended": _("老师给你延长了 {minutes} 分钟。"),
        "notice_start_delayed": _("开始时间推迟 {minutes} 分钟。"),
        "notice_close_delayed": _("结束时间推迟 {minutes} 分钟。"),
        "notice_compensated": _("刚才的中断（{why}）耽误了你的时间，现在补给你 {time}。"),
        "span_minutes": _("{minutes} 分钟"),
        "span_both": _("{minutes} 分 {seconds} 秒"),
        "span_seconds": _("{seconds} 秒"),
        "time_left": _("剩余时间"),
        "time_warning_five": _("还剩五分钟。"),
        "time_warning_one": _("还剩一分钟，到时会自动交卷。"),
    }


def _status() -> dict[str, str]:
    return {
        "status_ready": _("选好的答案会自动保存"),
        "status_saving": _("正在保存…"),
        "status_saved": _("已保存 {at}"),
        "status_offline": _("{since} 起断网；已答的都已保存，可以继续作答"),
        "status_offline_unsent": _("{since} 起断网；{count} 条答案留在本机，恢复后补送"),
        "status_busy": _("服务器正忙，{count} 条答案稍后自动重送"),
        "status_kept": _("已送达，但已过截止时间，由老师认定"),
        "status_memory": _("本机不能留底，请不要刷新或关闭页面"),
        "status_memory_saved": _("已保存 {at}；本机不能留底，请不要关闭页面"),
        "status_refused": _("{count} 条答案服务器没有收下：{detail} 请告诉老师"),
        "rescue_text": _("有答案一直没有送到。可以把它们存成加密的救援文件，交给老师上传。"),
        "rescue_save": _("保存救援文件"),
        "rescue_saved": _("已存成 {file}，请交给老师。这里还会继续自动补送。"),
        "rescue_failed": _("文件没有存成，请不要关闭页面，并告诉老师。"),
    }


def _handing() -> dict[str, str]:
    return {
        "check_title": _("交卷之前"),
        "check_complete": _("{total} 道题都答了。"),
        "check_open": _("还有 {count} 道题没有答，共 {total} 道。"),
        "check_open_list": _("未答"),
        "check_marked_list": _("有标记"),
        "check_unsent": _("{count} 条答案正在送出，交卷会等它们送达。"),
        "check_unsent_offline": _("网络断开，{count} 条答案还在本机。现在交卷，会在网络恢复后自动完成。"),
        "check_final": _("交卷以后不能再改。"),
        "hand_in": _("确认交卷"),
        "handing_title": _("正在交卷"),
        "handing_automatic_title": _("时间到，正在自动交卷"),
        "handing_text": _("请不要关闭页面，直到看见回执号。"),
        "handing_unsent": _("还有 {count} 条答案正在送出。"),
        "handing_last_step": _("答案都已送达，正在取回执。"),
        "handing_offline": _("{since} 起网络断开。{count} 条答案都在本机，网络恢复后会自动交卷，不会丢失。"),
        "receipt_title": _("已交卷"),
        "receipt_ended_title": _("老师已收卷"),
        "receipt_over_title": _("本场测评已结束"),
        "receipt_code": _("回执号"),
        "receipt_at": _("交卷时间"),
        "receipt_who": _("姓名"),
        "receipt_sitting": _("场次"),
        "receipt_late": _("有答案在截止以后才送达，是否计入由老师认定。"),
        "print": _("打印"),
        "leave": _("完成，离开"),
        "leave_hint": _("离开以后，这台设备上只留下回执号。以后在首页输入同一张座位卡，可以再看结果。"),
    }


def _interruptions() -> dict[str, str]:
    return {
        "paused_title": _("老师暂停了作答"),
        "paused_text": _("已经作答的都保存好了，暂停的时间不算在内。恢复后会自动回到题目。"),
        "moved_title": _("作答已换到另一台设备"),
        "moved_text": _("请到那台设备上继续。这一台会把还没送出的答案送完。"),
        "moved_unsent": _("还有 {count} 条答案正在送出。"),
        "moved_all_sent": _("这台设备上的答案都已送达。"),
        "moved_back": _("改在这台设备上继续"),
        "gone_title": _("本次作答已作废"),
        "gone_text": _("请举手告诉老师。"),
        "closed_title": _("不能再开始作答了"),
        "closed_text": _("本场测评已经结束。如果你还没有考，请告诉老师，可以安排补测。"),
    }


def _result() -> dict[str, str]:
    return {
        "result_loading": _("正在取结果…"),
        "result_later": _("结果还没有发布。发布以后，在首页输入同一张座位卡就能看到。"),
        "result_at": _("结果 {at} 以后发布，届时在首页输入同一张座位卡查看。"),
        "level_title": _("你的等级"),
        "level_excellent": _("优秀"),
        "level_good": _("良好"),
        "level_pass": _("合格"),
        "level_learn_again": _("再学一学"),
        "level_excellent_text": _("掌握得很扎实，回家也教教家里人。"),
        "level_good_text": _("掌握得不错，看看下面哪些还可以更熟。"),
        "level_pass_text": _("基本的都会了，下面几样值得再看一遍。"),
        "level_learn_again_text": _("不要紧，从下面几样学起，都是能救命的本领。"),
        "marks": _("{score} 分，满分 {max} 分"),
        "topics_title": _("各部分掌握得怎么样"),
        "topic_high": _("掌握得好"),
        "topic_fair": _("基本掌握"),
        "topic_low": _("再学一学"),
        "items_title": _("逐题解析"),
        "items_later": _("题目和解析在全部场次（含补测）结束后公布。"),
        "verdict_right": _("答对"),
        "verdict_partly": _("部分答对"),
        "verdict_wrong": _("答错"),
        "verdict_open": _("未答"),
        "yours": _("你的选择"),
        "key_is": _("正确答案"),
        "explanation": _("解析"),
        "citation": _("依据：{citation}"),
    }


def _practice() -> dict[str, str]:
    return {
        "practice_name": _("练习"),
        "practice_title": _("先练一练"),
        "trial_title": _("都试一试"),
        "trial_pick": _("选一个答案"),
        "trial_change": _("改一次，或者清除"),
        "trial_mark": _("标记一道题"),
        "trial_turn": _("翻到下一题"),
        "trial_large": _("打开大字"),
        "trial_hand_in": _("交卷"),
        "trial_keys": _("用键盘也行：A 到 F 选择，← → 翻页，M 标记。"),
        "practice_done": _("练习做完了"),
        "practice_saved": _("练习：已记下 {at}（不上传）"),
    }
