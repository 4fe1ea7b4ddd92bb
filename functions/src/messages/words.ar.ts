import type { NoticeKind } from '../notifications/kinds.ts';

/**
 * Arabic, in ICU message syntax: https://unicode-org.github.io/icu/userguide/format_parse/messages/
 * A placeholder is a fact of the notice. One that a notice lacks leaves its title to speak for it.
 */
type Template = { readonly title: string; readonly text: string };

const t = (title: string, text = `${title}.`): Template => ({ title, text });

/** What people wrote keeps its own direction among Arabic words (Unicode’s isolates). */
const named = (fact: string) => `«\u2068{${fact}}\u2069»`;
const it = named('title');

/** Credits have a form of their own for none, one, two, few and many. */
const credits = (fact: string) =>
  `{${fact}, plural, zero {صفر من الأرصدة} one {رصيد واحد} two {رصيدان} few {# أرصدة} many {# رصيدًا} other {# رصيد}}`;
const days = (fact: string) =>
  `{${fact}, plural, zero {اليوم} one {يوم واحد} two {يومين} few {# أيام} many {# يومًا} other {# يوم}}`;
/** What of a payment came out of the wallet is there again. */
const bought = '{credits, plural, =0 {{value}} other {{credits} من الأرصدة}}';

export const arabic: Readonly<Record<NoticeKind, Template>> = {
  'adjustment-posted': t(
    'صُحِّح رصيدك',
    'صُحِّح رصيدك: {direction, select, credit {أُضيف إليه {amount}} other {خُصم منه {amount}}}.',
  ),
  'allowance-given': t('وصلت أرصدتك الشهرية', `وصلت مخصصاتك الشهرية: ${credits('amount')}.`),
  'booking-requested': t('لديك طلب حجز', `طُلب منك ${it}. اقبله أو ارفضه خلال 7 أيام.`),
  'booking-accepted': t('قُبل حجزك', `قُبل ${it}.`),
  'booking-unpaid': t('حجز ينتظر الدفع', `${it} ينتظر المبلغ: يبدأ العمل بعد إيداعه في الضمان.`),
  'booking-started': t('يمكنك البدء', `مبلغ ${it} في الضمان. يمكنك البدء.`),
  'booking-rejected': t('رُفض حجزك', `رُفض ${it}.`),
  'booking-withdrawn': t('سُحب حجز', `سُحب ${it}.`),
  'booking-expired': t('لم يبدأ الحجز في موعده', `لم يبدأ ${it} في موعده، وقد انتهى.`),
  'booking-delivered': t('وصلك تسليم', `سُلِّم عمل في ${it}. اعتمده أو اطلب تعديلات.`),
  'booking-reminder': t('تسليم ينتظر ردك', `سيُعتمد ما سُلِّم في ${it} ما لم ترد.`),
  'booking-approved': t('اعتُمد تسليمك', `اعتُمد ما سلّمته في ${it}.`),
  'booking-changes': t('مطلوب تعديلات', `مطلوب تعديلات في ${it}.`),
  'booking-done': t('اكتمل حجز', `اكتمل ${it}.`),
  'booking-cancelling': t('طُلب إلغاء', `طُلب إلغاء ${it}. يقرر فريق الدعم.`),
  'booking-kept': t('الحجز مستمر', `${it} مستمر: رُفض الإلغاء.`),
  'booking-cancelled': t('أُلغي حجز', `أُلغي ${it}.`),
  'booking-returned': t('انتهى حجز', `انتهى ${it}: عاد المبلغ من حيث أتى.`),
  'booking-disputed': t('حجز محل نزاع', `${it} محل نزاع. لا يتحرك أي مبلغ حتى يُحل.`),
  'booking-evidence': t('توجد أدلة جديدة', `توجد أدلة جديدة في نزاع ${it}.`),
  'booking-warned': t('انتهى النزاع بتحذير', `انتهى نزاع ${it} بتحذير. العمل مستمر.`),
  'booking-resolved': t('حُل النزاع', `حُل نزاع ${it}.`),
  'booking-overdue': t('الأمر يستغرق وقتًا أطول', `يستغرق الدعم وقتًا أطول مما خُطط له في ${it}. نعمل على ذلك.`),
  'certificates-issued': t('شهادتك جاهزة', `شهادتك في ${it} جاهزة.`),
  'certificates-revoked': t('أُلغيت شهادة', `أُلغيت شهادتك في ${it}.`),
  'chargeback-open': t(
    'استرد بنك دفعة',
    'استرد بنك دفعة قدرها {amount}. يبقى مبلغها محجوزًا حتى يُبت في الأمر.',
  ),
  'chargeback-won': t('رُدّت مطالبة البنك'),
  'chargeback-lost': t('ثبتت مطالبة البنك'),
  'codes-attached': t('انضم شخص برمزك'),
  'commissions-earned': t('ربحت عمولة', 'ربحت عمولة قدرها {amount}. تصبح متاحة بعد انتهاء مدة الاسترداد.'),
  'commissions-held': t('عمولة قيد المراجعة', 'عمولة قدرها {amount} قيد المراجعة.'),
  'commissions-reversed': t('استُردت عمولة', 'استُردت عمولة قدرها {amount} لأن الشراء أُعيد.'),
  'courses-bought': t('دورتك مفتوحة', `${it} لك الآن.`),
  'credits-low': t('أرصدتك قليلة', `بقي لك: ${credits('available')}.`),
  'credits-critical': t('أرصدتك على وشك النفاد', `بقي لك: ${credits('available')}.`),
  'deposit-verified': t('وصل تحويلك', 'وصل تحويلك، والمبلغ {amount} في محفظتك.'),
  'deposit-rejected': t('لم نجد تحويلك', 'لم نجد تحويلك بمبلغ {amount}.'),
  'escrow-locked': t('المبلغ في الضمان', `{amount} لأجل ${it} في الضمان.`),
  'escrow-submitted': t('سُلِّم العمل', `سُلِّم العمل في ${it}. حرّر المبلغ أو اطلب تعديلات أو افتح نزاعًا.`),
  'escrow-revision': t('مطلوب تعديلات', `مطلوب تعديلات في ${it}.`),
  'escrow-reminder': t('تحرير ينتظر ردك', `سيُحرَّر مبلغ ${it} للمستفيد ما لم ترد.`),
  'escrow-released': t('حُرِّر المبلغ', `حُرِّر مبلغ ${it}. نصيب المستفيد {toPayee}.`),
  'escrow-refunded': t('أُعيد المبلغ', `أُعيد {toPayer} من ${it} إلى الدافع.`),
  'escrow-split': t('قُسِّم المبلغ', `قُسِّم مبلغ ${it}: {toPayer} للدافع و{toPayee} للمستفيد.`),
  'escrow-disputed': t('دفعة محل نزاع', `${it} محل نزاع. لا يتحرك أي مبلغ حتى يُحل.`),
  'escrow-overdue': t('النزاع يستغرق وقتًا أطول', `يستغرق نزاع ${it} وقتًا أطول مما خُطط له. نعمل على ذلك.`),
  'escrow-payer-warned': t('انتهى النزاع بتحذير', `انتهى نزاع ${it} بتحذير للدافع. العمل مستمر.`),
  'escrow-payee-warned': t('انتهى النزاع بتحذير', `انتهى نزاع ${it} بتحذير للمستفيد. العمل مستمر.`),
  'generation-completed': t('ما طلبته جاهز'),
  'generation-refunded': t('عادت أرصدتك', `لم يُنجز ما طلبته. عاد إليك: ${credits('back')}.`),
  'generation-expired': t('عادت أرصدتك', `لم يُنجز ما طلبته في وقته. عاد إليك: ${credits('back')}.`),
  'job-assigned': t('وقع عليك الاختيار', `وقع عليك الاختيار لأجل ${it}.`),
  'job-cancelled': t('أُلغي عمل', `أُلغي ${it}.`),
  'job-unassigned': t('اختر شخصًا آخر', `لم يعد أحد مختارًا لأجل ${it}: اختر شخصًا آخر.`),
  'lot-given': t('مُنحت أرصدة', `مُنحت: ${credits('amount')}. تنتهي في {expiresAt}.`),
  'lot-expires': t('ستنتهي بعض أرصدتك', `${credits('amount')} تنتهي خلال ${days('days')}.`),
  'lot-expired': t('انتهت بعض أرصدتك', `انتهت: ${credits('amount')}.`),
  'orders-refunded': t('استُرد مبلغ طلب', 'عاد إليك {amount} من طلبك.'),
  'orders-restored': t('عاد طلبك ساريًا', 'ما اشتريته لك من جديد.'),
  'orders-returned': t('عاد مبلغ طلب', 'لم يكن طلبك ممكنًا، وعاد مبلغه إليك.'),
  'packages-bought': t('باقتك مفتوحة', `${it} لك الآن.`),
  'packages-ending': t('باقتك تنتهي قريبًا', 'تنتهي باقتك في {untilAt}.'),
  'packages-expired': t('انتهت باقتك'),
  'packages-fell': t('تغيّرت باقتك'),
  'payees-kyc-verified': t('تم التحقق من هويتك', 'تم التحقق من هويتك. يمكنك السحب.'),
  'payees-kyc-rejected': t('تعذر التحقق من هويتك', 'تعذر التحقق من هويتك: \u2068{detail}\u2069'),
  'payees-kyc-overdue': t(
    'مراجعة وثائقك تستغرق وقتًا أطول',
    'مراجعة وثائقك تستغرق وقتًا أطول مما خُطط له. نعمل على ذلك.',
  ),
  'payees-destination-saved': t(
    'أُضيف حساب',
    'أُضيف \u2068{detail}\u2069 إلى حساباتك. إن لم تكن أنت من أضافه فأخبرنا.',
  ),
  'payees-destination-verified': t(
    'تم التحقق من حساب',
    'تم التحقق من \u2068{detail}\u2069. يمكنك السحب إليه.',
  ),
  'payees-destination-rejected': t('لم يُقبل حساب', 'لم يُقبل \u2068{detail}\u2069.'),
  'payees-destination-overdue': t(
    'مراجعة حساب تستغرق وقتًا أطول',
    'مراجعة \u2068{detail}\u2069 تستغرق وقتًا أطول مما خُطط له. نعمل على ذلك.',
  ),
  'payees-account-bank-changed': t(
    'تغيّر الحساب الذي تُدفع إليه أموالك',
    'من الآن يُدفع لك إلى \u2068{detail}\u2069. ينتظر السحب إليه 24 ساعة. إن لم تكن أنت من غيّره فأخبرنا.',
  ),
  'payees-account-ready': t('يمكن الدفع لك', 'حسابك لدى Stripe جاهز. يمكن الدفع لك عليه.'),
  'payees-account-restricted': t('لا يُدفع لك حاليًا', 'لا يدفع لك Stripe حاليًا. \u2068{detail}\u2069'),
  'payment-declined': t('لم تُقبل بطاقتك', 'لم تُقبل بطاقتك لدفع {fromCard}. حاول مجددًا أو استخدم بطاقة أخرى.'),
  'payment-failed': t('فشلت دفعتك', 'فشلت دفعتك بمبلغ {fromCard}. لم يُخصم شيء من بطاقتك.'),
  'payment-expired': t('لم تكتمل دفعتك', 'لم تكتمل دفعتك بمبلغ {fromCard} في وقتها. لم يُخصم شيء من بطاقتك.'),
  'payment-cancelled': t('أُلغيت دفعتك', 'أُلغيت دفعتك بمبلغ {fromCard}. لم يُخصم شيء من بطاقتك.'),
  'payment-review': t('نراجع دفعتك', 'نراجع دفعتك بمبلغ {fromCard}.'),
  'payment-credited': t('دفعتك في محفظتك', 'دفعتك بمبلغ {fromCard} في محفظتك.'),
  'payruns-joined': t('يُدفع لك كل أسبوع', 'من الآن يُدفع لك كل أسبوع.'),
  'payruns-left': t('لم يعد يُدفع لك كل أسبوع', 'لن يُدفع لك كل أسبوع بعد الآن.'),
  'payruns-skipped': t('لم يُدفع لك هذا الأسبوع', 'لم يُدفع لك هذا الأسبوع. افتح التطبيق لترى ما ينقص.'),
  'plans-bought': t('أصبح لك', `${it} لك الآن.`),
  'plans-changed': t('تغيّرت إحدى باقاتك', `تغيّرت مدة ${it} لأن ثمنه تغيّر.`),
  'plans-over': t('انتهت إحدى باقاتك', `انتهى ${it}.`),
  'purchase-paid': t('دُفع طلبك', `${bought} في محفظتك.`),
  'purchase-failed': t('فشلت دفعتك', `فشلت دفعتك لأجل ${bought}. لم يُضف شيء.`),
  'purchase-expired': t('انتهت مدة طلبك', `انتهت مدة طلبك لأجل ${bought} دون دفع.`),
  'purchase-review': t('نراجع دفعتك', `نراجع دفعتك لأجل ${bought}.`),
  'refund-started': t('استرداد في طريقه إليك', '{amount} في طريقه إلى بطاقتك.'),
  'refund-refunded': t(
    'عاد المبلغ إلى بطاقتك',
    'عاد {amount} إلى بطاقتك. قد يستغرق ظهوره لدى بنكك بضعة أيام.',
  ),
  'refund-failed': t('تعذر الاسترداد', 'تعذر رد {amount} إلى بطاقتك. ما كان في الضمان أصبح في محفظتك.'),
  'refund-debt': t(
    'عليك مبلغ بعد استرداد',
    'استُردت دفعة كنت قد أنفقتها أو سحبتها: عليك {amount}، وتسدده أرباحك القادمة.',
  ),
  'withdrawal-requested': t('طلبت سحبًا', 'طلبت سحب {amount}. نراجعه خلال ثلاثة أيام.'),
  'withdrawal-approved': t('قُبل سحبك', 'قُبل سحبك لمبلغ {amount}. سيُرسل إليك.'),
  'withdrawal-processing': t('سحبك في الطريق', 'سحبك لمبلغ {amount} في الطريق. قد يستغرق البنك بضعة أيام.'),
  'withdrawal-paid': t('أُرسل سحبك', 'أُرسل إليك {amount}.'),
  'withdrawal-rejected': t('رُفض سحبك', 'رُفض سحبك، وعاد {amount} إلى محفظتك.'),
  'withdrawal-failed': t('لم يُقبل سحبك', 'لم يقبل الحساب {amount}، وعاد المبلغ إلى محفظتك.'),
  'withdrawal-bounced': t('عاد سحبك', 'أعاد الحساب {amount}، والمبلغ في محفظتك من جديد.'),
  'withdrawal-cancelled': t('ألغيت سحبك', 'ألغيت سحبك، وعاد {amount} إلى محفظتك.'),
  'withdrawal-overdue': t(
    'سحبك يستغرق وقتًا أطول',
    'يستغرق سحبك لمبلغ {amount} وقتًا أطول مما خُطط له. نعمل على ذلك.',
  ),
};
