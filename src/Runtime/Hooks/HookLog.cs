namespace GpuContainers.Runtime.Hooks;

/// <summary>
/// What a hook has to say, written when it ends: a low-level runtime keeps all of it in its own memory, and engines show no more than the beginning or the end.
/// So there is little of it, an error stands first and last, and nobody who does not read it keeps the hook from ending (SEC-21, SEC-25, HK-149).
/// </summary>
internal sealed class HookLog : LogDestination
{
    private const int MostWarnings = 20;
    private const int MostBytes = 16 << 10;

    // Of an error that stands before other lines; engines show as much for certain.
    private const int MostBytesOfFirstError = 900;
    private const int MostBytesOfRecord = 4 << 10;
    private const int MostBytesOfCount = 200;
    private const int MostBytesOfRecords = MostBytes - MostBytesOfFirstError - MostBytesOfRecord - MostBytesOfCount;

    // For a reader that is slow; one that never reads is waited for no longer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly Descriptor _errors;
    private readonly Lock _gate = new();
    private readonly List<byte> _records = [];
    private readonly HashSet<string> _told = [];
    private string? _error;
    private int _warnings;
    private int _leftOut;

    /// <summary>A log whose lines go to a descriptor; in UTC, because TZ may come from the image and names a file to read (SEC-8).</summary>
    internal HookLog(Descriptor errors)
        : base(static _ => { }, LogFormat.Text, inUtc: true) => _errors = errors;

    /// <inheritdoc/>
    public override void Write(LogLevel level, string message)
    {
        lock (_gate)
        {
            if (level == LogLevel.Error)
                _error = message;
            // What is found a second time is not news: the loader's configuration is read twice.
            else if (_told.Count >= MostWarnings || _told.Add(message))
                Keep(level, message);
        }
    }

    /// <summary>Writes a text that is not a record, at once.</summary>
    internal void WriteText(ReadOnlySpan<byte> text) => _ = _errors.WriteLines(text, s_patience);

    /// <summary>Writes everything. Another thread may have come first: then nothing is left to write.</summary>
    internal void End()
    {
        lock (_gate)
        {
            if (_error is null && _records.Count == 0 && _leftOut == 0)
                return;
            List<byte> lines = [];
            if (_error is not null && _records.Count > 0)
                lines.AddRange(Record(LogLevel.Error, _error, MostBytesOfFirstError));
            lines.AddRange(_records);
            if (_leftOut > 0)
                lines.AddRange(Record(LogLevel.Warning, $"{_leftOut} more messages of this hook are left out", MostBytesOfCount));
            if (_error is not null)
                lines.AddRange(Record(LogLevel.Error, _error, MostBytesOfRecord));
            _ = _errors.WriteLines(lines.ToArray(), s_patience);
            _records.Clear();
            (_error, _leftOut) = (null, 0);
        }
    }

    private void Keep(LogLevel level, string message)
    {
        bool mayFollow = level != LogLevel.Warning || _warnings++ < MostWarnings;
        byte[] record = mayFollow ? Record(level, message, MostBytesOfRecord) : [];
        if (mayFollow && _records.Count + record.Length <= MostBytesOfRecords)
            _records.AddRange(record);
        else
            _leftOut++;
    }

    // A record is cut in its message, so that it stays one.
    private byte[] Record(LogLevel level, string message, int most)
    {
        byte[] record = Format(level, Excerpt.Of(message, most));
        for (int length = most; record.Length > most; length = length * 3 / 4)
            record = Format(level, Excerpt.Of(message, length));
        return record;
    }
}
