using System.Buffers.Binary;
using System.Text;

namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>How a program ended, as native/boundary.c tells it.</summary>
/// <param name="Status">The status that wait(2) gives.</param>
/// <param name="Flags">See there.</param>
/// <param name="PeakKilobytes">The most memory of the program, or of a child that it waited for.</param>
/// <param name="Milliseconds">Processor time of both.</param>
/// <param name="OutputLength">Bytes on standard output.</param>
/// <param name="ErrorLength">Bytes on standard error.</param>
/// <param name="Output">The beginning of standard output.</param>
/// <param name="Errors">The beginning of standard error.</param>
internal sealed record BoundaryAnswer(
    int Status, int Flags, int PeakKilobytes, int Milliseconds, int OutputLength, int ErrorLength, string Output, string Errors)
{
    private const int TimedOutFlag = 1, HostChangedFlag = 2, BrokenFlag = 4, MostKilobytes = 64 * 1024, MostMilliseconds = 2000;

    /// <summary>The exit status; negative is the number of a signal.</summary>
    internal int Exit => (Status & 0x7f) == 0 ? (Status >> 8) & 0xff : -(Status & 0x7f);

    internal static BoundaryAnswer Read(ReadOnlySpan<byte> bytes)
    {
        const int numbers = 6 * sizeof(int);
        int At(ReadOnlySpan<byte> all, int index) => BinaryPrimitives.ReadInt32LittleEndian(all[(index * sizeof(int))..]);
        ReadOnlySpan<byte> output = bytes[(numbers + sizeof(int))..];
        int length = At(bytes, 6);
        ReadOnlySpan<byte> errors = output[(length + sizeof(int))..];
        return new BoundaryAnswer(At(bytes, 0), At(bytes, 1), At(bytes, 2), At(bytes, 3), At(bytes, 4), At(bytes, 5),
            Encoding.Latin1.GetString(output[..length]), Encoding.Latin1.GetString(errors));
    }

    /// <summary>What no program may do, whatever it was given; nothing when all is well.</summary>
    /// <param name="given">What it was given.</param>
    /// <param name="measuresTime">Whether too much processor time is a finding.</param>
    internal string? Finding(BoundaryCase given, bool measuresTime)
    {
        if ((Flags & BrokenFlag) != 0)
            return "the fuzzer could not run the case";
        if ((Flags & TimedOutFlag) != 0)
            return "it did not end within 90 s";
        if (Exit < 0)
            return $"signal {-Exit}";
        if (Said("internal error") || Said("Unhandled exception"))
            return "internal error";
        if (Said("did not finish within") || Said("not done within"))
            return "it ran into its deadline";
        if (measuresTime && Milliseconds > MostMilliseconds)
            return $"{Milliseconds} ms of processor time";
        if (PeakKilobytes > MostKilobytes)
            return $"{PeakKilobytes} KiB of memory";
        if (given.KeepsHost && (Flags & HostChangedFlag) != 0)
            return "a folder outside the container's root has changed";
        return ErrorLength > given.MostErrors ? $"{ErrorLength} bytes on standard error" : null;
    }

    private bool Said(string text) => Errors.Contains(text, StringComparison.Ordinal) || Output.Contains(text, StringComparison.Ordinal);
}
