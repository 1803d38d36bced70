using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GpuContainers.Linux;

/// <summary>
/// The end of a process that has taken too long, even while it hangs in a system call. Only for programs compiled ahead of time: the signal's handler is
/// one of their functions, called at any moment, so it may allocate nothing and ask the .NET runtime for nothing.
/// </summary>
public static unsafe class ProcessDeadline
{
    private const int DigitsOfTime = 20;

    private static byte* s_message;
    private static int s_length;

    /// <summary>
    /// Has the process end with status 1 after that time, when a last record of level error, in UTC, goes to standard error. No thread waits for that: making
    /// one would cost a tenth of a hook's start, and a process of one thread may join any namespace.
    /// </summary>
    /// <param name="seconds">The time from now; the kernel counts by a clock that nobody sets.</param>
    /// <param name="message">What the record says: a constant that stays where it is, of printable ASCII without quotes and backslashes.</param>
    public static void Start(uint seconds, ReadOnlySpan<byte> message)
    {
        s_message = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(message));
        s_length = message.Length;
        _ = Libc.SetSignal(Libc.SignalAlarm, (nint)(delegate*<int, void>)&Expire);
        // An engine that blocks signals must not keep the end away.
        byte* set = stackalloc byte[Libc.SignalSetSize];
        _ = Libc.EmptySignalSet(set);
        _ = Libc.AddSignal(set, Libc.SignalAlarm);
        _ = Libc.ChangeSignalMask(Libc.UnblockSignals, set, null);
        _ = Libc.Alarm(seconds);
    }

    private static void Expire(int signal)
    {
        int length = s_length + 64;
        byte* line = stackalloc byte[length];
        var record = new Span<byte>(line, length);
        int end = Append(record, 0, "time=\""u8);
        WriteTime(record.Slice(end, DigitsOfTime), DateTime.UtcNow);
        end = Append(record, end + DigitsOfTime, "\" level=error msg=\""u8);
        end = Append(record, end, new ReadOnlySpan<byte>(s_message, s_length));
        end = Append(record, end, "\"\n"u8);
        _ = Libc.WriteFromSignal(2, line, (nuint)end);
        Libc.ExitFromSignal(1);
    }

    private static int Append(Span<byte> record, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(record[at..]);
        return at + text.Length;
    }

    // RFC 3339, as LogLine writes it.
    private static void WriteTime(Span<byte> text, DateTime time)
    {
        "0000-00-00T00:00:00Z"u8.CopyTo(text);
        WriteNumber(text[..4], time.Year);
        WriteNumber(text[5..7], time.Month);
        WriteNumber(text[8..10], time.Day);
        WriteNumber(text[11..13], time.Hour);
        WriteNumber(text[14..16], time.Minute);
        WriteNumber(text[17..19], time.Second);
    }

    private static void WriteNumber(Span<byte> digits, int number)
    {
        for (int i = digits.Length - 1; i >= 0; i--, number /= 10)
            digits[i] = (byte)('0' + (number % 10));
    }
}
