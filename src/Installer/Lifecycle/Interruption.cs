using System.Runtime.InteropServices;

namespace GpuContainers.Installer.Lifecycle;

/// <summary>
/// Signals. Before the program waits, the first one ends it at once, but not in the middle of a file; while it waits, the first one
/// begins the clean-up; later ones only shorten what is left. SIGPIPE stays ignored: that nobody reads the log any more is not a reason to take a node's
/// configuration back.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM];

    private readonly Lock _writing = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly ManualResetEventSlim _hurried = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _endEarly;
    private readonly LogOutput? _log = Log.Current;
    private bool _waits;

    /// <summary>Starts to catch signals.</summary>
    /// <param name="endEarly">Ends the process; called while no file is being written.</param>
    public Interruption(Action endEarly)
    {
        _endEarly = endEarly;
        foreach (PosixSignal signal in s_signals)
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
    }

    /// <summary>Whether a second signal came: nothing is tried again any more.</summary>
    public bool IsHurried => _hurried.IsSet;

    /// <summary>Does something that must not be left half done.</summary>
    public void Hold(Action step)
    {
        lock (_writing)
            step();
    }

    /// <summary>Waits for the first signal, or until there is nothing left to wait for.</summary>
    /// <param name="work">What goes on meanwhile; null for what never ends by itself.</param>
    public void WaitForSignal(Task? work = null)
    {
        lock (_writing)
            _waits = true;
        // Said only when it is true: whoever reads it may send a signal at once.
        Log.Info("Waiting for signal");
        work?.ContinueWith(_ => _ended.Set(), TaskScheduler.Default);
        _ended.Wait();
    }

    /// <summary>Waits for a while, or until somebody is in a hurry.</summary>
    public void Wait(TimeSpan time) => _hurried.Wait(time);

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Log.Current = _log;
        lock (_writing)
        {
            if (!_waits)
                _endEarly();
        }
        if (_ended.IsSet)
            _hurried.Set();
        _ended.Set();
    }
}
