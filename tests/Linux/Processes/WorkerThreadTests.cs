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
        Assert.Equal("broken", Assert.Throws<InvalidOperationException>(() => thread.WaitFor(2)).InnerException!.Message);
        Assert.False(wentOn);
        Assert.IsType<InvalidDataException>(Assert.Throws<InvalidOperationException>(() => thread.WaitFor(0)).InnerException);
    }

    // The kernel puts a new thread behind its starter, so this is where it goes and where it may not go.
    [Fact]
    public void The_processor_of_the_starter_is_left_to_it()
    {
        string[] allowed = [];
        Start(() => allowed = File.ReadAllLines("/proc/thread-self/status")).WaitFor(0);
        string mask = Assert.Single(allowed, static line => line.StartsWith("Cpus_allowed:", StringComparison.Ordinal));
        string own = Assert.Single(File.ReadAllLines("/proc/thread-self/status"), static line => line.StartsWith("Cpus_allowed:", StringComparison.Ordinal));
        Assert.Equal(Ones(own) - 1, Ones(mask));
    }

    // A thread that would only run in its starter's place is none.
    private static WorkerThread Start(params Action[] steps)
    {
        WorkerThread? thread = WorkerThread.TryStart(steps);
        Assert.SkipWhen(thread is null && Environment.ProcessorCount == 1, "this machine has one processor");
        Assert.NotNull(thread);
        return thread;
    }

    private static int Ones(string mask) => mask["Cpus_allowed:".Length..].Trim().Replace(",", "", StringComparison.Ordinal)
        .Sum(static digit => System.Numerics.BitOperations.PopCount(Convert.ToUInt32(digit.ToString(), 16)));
}
