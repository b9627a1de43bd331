/* SPDX-License-Identifier: MIT */
/* reason.c — what the system's error numbers say, in Japanese: libc has it for its own locales only, and a terminal
 * need not have any (docs/adr/0006). */
#include "base/err.h"

#include <errno.h>
#include <string.h>

static const struct {
        int code;
        const char *ja;
} reasons[] = {
        { EPERM, "この操作は認められていません" },
        { ENOENT, "そのファイルやフォルダーはありません" },
        { EINTR, "途中で止められました" },
        { EIO, "読み書きに失敗しました（装置の異常かもしれません）" },
        { ENXIO, "その装置はありません" },
        { E2BIG, "引数が長すぎます" },
        { EBADF, "ファイルが開かれていません" },
        { ECHILD, "子プロセスがありません" },
        { EAGAIN, "今はできません。少し待ってからやり直してください" },
        { ENOMEM, "メモリーが足りません" },
        { EACCES, "権限がありません" },
        { EBUSY, "ほかで使用中です" },
        { EEXIST, "すでにあります" },
        { EXDEV, "別のファイルシステムにあります" },
        { ENODEV, "その装置はありません" },
        { ENOTDIR, "フォルダーではありません" },
        { EISDIR, "フォルダーです。ファイルを指定してください" },
        { EINVAL, "値が正しくありません" },
        { ENFILE, "開いているファイルが多すぎます" },
        { EMFILE, "開いているファイルが多すぎます" },
        { ENOTTY, "端末ではありません" },
        { EFBIG, "大きすぎます" },
        { ENOSPC, "空き容量がありません" },
        { ESPIPE, "位置を変えられません" },
        { EROFS, "読み取り専用です" },
        { EPIPE, "相手が先に終わりました" },
        { ERANGE, "範囲を超えています" },
        { EDEADLK, "互いに待ち合っています" },
        { ENAMETOOLONG, "名前が長すぎます" },
        { ENOSYS, "このカーネルにはない機能です" },
        { ENOTEMPTY, "空ではありません" },
        { ELOOP, "シンボリックリンクは使えません" },
        { ENODATA, "データがありません" },
        { EPROTO, "通信の約束に合いません" },
        { EBADMSG, "内容が正しくありません" },
        { EOVERFLOW, "値が大きすぎます" },
        { EILSEQ, "文字コードが正しくありません" },
        { EMSGSIZE, "長すぎます" },
        { EPROTONOSUPPORT, "その方式は使えません" },
        { EOPNOTSUPP, "対応していません" },
        { EADDRINUSE, "すでに使われています" },
        { ECONNRESET, "接続が相手から切られました" },
        { ENOTCONN, "接続していません" },
        { ETIMEDOUT, "時間内に応答がありませんでした" },
        { ECONNREFUSED, "接続できません（相手が動いていません）" },
        { ESTALE, "古いものです" },
        { EDQUOT, "割り当てられた容量を使い切りました" },
        { ENOMEDIUM, "媒体が入っていません" },
        { ECANCELED, "取りやめました" },
        { ENOKEY, "鍵がありません" },
        { EKEYREJECTED, "鍵が受け入れられませんでした" },
};

const char *err_reason(int code, enum language l) {
        int number = code < 0 ? -code : code;
        const char *en = strerrordesc_np(number);

        for (size_t i = 0; l == LANGUAGE_JA && i < sizeof reasons / sizeof *reasons; i++)
                if (reasons[i].code == number)
                        return reasons[i].ja;
        return en ? en : "?";
}
