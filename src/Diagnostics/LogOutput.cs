namespace GpuContainers.Diagnostics;

/// <summary>A level, and where messages go that matter at least that much.</summary>
/// <param name="level">The last level that is written.</param>
/// <param name="destinations">All of them get every message; their owner closes them.</param>
public sealed class LogOutput(LogLevel level, params LogDestination[] destinations)
{
    /// <summary>Whether a message of this level would be written anywhere.</summary>
    public bool Takes(LogLevel of) => of <= level && destinations.Length > 0;

    /// <summary>Writes a message, unless its level is off.</summary>
    public void Write(LogLevel of, string message)
    {
        if (!Takes(of))
            return;
        foreach (LogDestination destination in destinations)
            destination.Write(of, message);
    }
}
