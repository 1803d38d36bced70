using GpuContainers.Linux.Processes;

namespace GpuContainers.Linux.Tests.Processes;

public sealed class WorkerThreadTests
{
    [Fact]
    public void Steps_run_in_their_order_on_another_thread_and_each_is_awaited_by_itself()
    {
        int own = Environment.CurrentManagedThreadId;
        using var gate = new ManualResetEventSlim();
        var done = new List<string>();
        int worker = own;
        WorkerThread thread = Start(
            () =>
            {
                worker = Environment.CurrentManagedThreadId;
                done.Add("first");
            },
            () =>
            {
                gate.Wait(TestContext.Current.CancellationToken);
                done.Add("second");
            });
        thread.WaitFor(0);
        // The second one waits for this thread, so nothing else can stand there.
        Assert.Equal(["first"], done);
        gate.Set();
        thread.WaitFor(1);
        Assert.Equal(["first", "second"], done);
        Assert.NotEqual(own, worker);
        thread.WaitFor(0);
        thread.WaitFor(1);
    }

    [Fact]
    public void Whoever_waits_for_a_step_behind_a_failed_one_gets_the_failure()
    {
        bool wentOn = false;
        WorkerThread thread = Start(static () => { }, static () => throw new InvalidDataException("broken"), () => wentOn = true);
        Assert.Equal("broken", Assert.Throws<InvalidDataException>(() => thread.WaitFor(2)).Message);
        Assert.False(wentOn);
        Assert.Throws<InvalidDataException>(() => thread.WaitFor(0));
    }

    // A thread that would only run in its starter's place is none.
    private static WorkerThread Start(params Action[] steps)
    {
        WorkerThread? thread = WorkerThread.TryStart(steps);
        Assert.SkipWhen(thread is null && Environment.ProcessorCount == 1, "this machine has one processor");
        Assert.NotNull(thread);
        return thread;
    }
}
