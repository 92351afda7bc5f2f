// SPDX-License-Identifier: GPL-2.0-only
/* A module that does nothing but tick once a second: just enough to depend on a kernel interface that was renamed. */
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

static struct timer_list pulse;

static void pulse_tick(struct timer_list *timer)
{
	mod_timer(timer, jiffies + HZ);
}

static int __init pulse_init(void)
{
	timer_setup(&pulse, pulse_tick, 0);
	mod_timer(&pulse, jiffies + HZ);
	return 0;
}

static void __exit pulse_exit(void)
{
	STOP_TIMER(&pulse);
}

module_init(pulse_init);
module_exit(pulse_exit);
MODULE_DESCRIPTION("Ticks once a second");
MODULE_LICENSE("GPL");
MODULE_VERSION("PULSE_RELEASE");
