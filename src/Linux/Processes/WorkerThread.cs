using System.Runtime.ExceptionServices;

namespace GpuContainers.Linux.Processes;

/// <summary>
/// Work that a second processor does meanwhile, in steps. A thread of .NET would cost a third of a program's start, because its starter waits until it runs;
/// for this one nobody waits before a result is wanted, and never when the process ends or becomes another program.
/// </summary>
public sealed unsafe class WorkerThread
{
    private const nuint StackSize = 256 << 10;

    private readonly Action[] _steps;
    // A sem_t that counts the steps which are done. It is given back when the last one was awaited: until then the thread may use it.
    private readonly byte* _done;
    private int _awaited;
    private Exception? _fault;

    private WorkerThread(Action[] steps)
    {
        _steps = steps;
        _done = (byte*)NativeMemory.AllocZeroed(Libc.SemaphoreSize);
        _ = Libc.InitializeSemaphore(_done, 0, 0);
    }

    /// <summary>Begins the work.</summary>
    /// <param name="steps">What to do, one after the other; each touches nothing that its starter touches before it has waited for the step.</param>
    /// <returns>The thread; null where there is no second processor or the kernel gives no thread, so that the caller does the work itself.</returns>
    public static WorkerThread? TryStart(params Action[] steps)
    {
        if (Environment.ProcessorCount == 1)
            return null;
        var worker = new WorkerThread(steps);
        var self = GCHandle.Alloc(worker);
        byte* attributes = stackalloc byte[Libc.ThreadAttributesSize];
        nint thread;
        _ = Libc.InitializeThreadAttributes(attributes);
        _ = Libc.SetStackSize(attributes, StackSize);
        _ = Libc.SetDetached(attributes, Libc.Detached);
        int refused = Libc.CreateThread(&thread, attributes, &Run, GCHandle.ToIntPtr(self));
        _ = Libc.DestroyThreadAttributes(attributes);
        if (refused == 0)
            return worker;
        self.Free();
        NativeMemory.Free(worker._done);
        return null;
    }

    /// <summary>Waits until a step, and with it each one before, is done. Only the thread that began the work may wait.</summary>
    /// <param name="step">The step's place among the others, from 0.</param>
    /// <exception cref="Exception">The one that a step ended with; those behind it were left out.</exception>
    public void WaitFor(int step)
    {
        while (_awaited <= step)
        {
            // A signal may end the call before its time.
            if (Libc.WaitSemaphore(_done) == 0 && ++_awaited == _steps.Length)
                NativeMemory.Free(_done);
        }
        if (_fault is not null)
            ExceptionDispatchInfo.Throw(_fault);
    }

    [UnmanagedCallersOnly]
    private static nint Run(nint handle)
    {
        var self = GCHandle.FromIntPtr(handle);
        var worker = (WorkerThread)self.Target!;
        self.Free();
        foreach (Action step in worker._steps)
        {
            worker.Do(step);
            _ = Libc.PostSemaphore(worker._done);
        }
        return 0;
    }

    private void Do(Action step)
    {
        try
        {
            if (_fault is null)
                step();
        }
        // Whoever waits gets it: no exception may leave a thread of the C library.
        catch (Exception fault)
        {
            _fault = fault;
        }
    }
}
