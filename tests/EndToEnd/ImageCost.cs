using System.Globalization;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What a run took, as native/cost.c tells it.</summary>
/// <param name="Status">The exit status, or 128 and the number of a signal.</param>
/// <param name="PeakKilobytes">The most memory of the program, or of one that it waited for.</param>
/// <param name="Milliseconds">Processor time of all of them.</param>
/// <param name="ErrorBytes">Bytes on standard error.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record ImageCost(int Status, long PeakKilobytes, long Milliseconds, long ErrorBytes, long Seconds)
{
    /// <summary>The first run that a file tells of.</summary>
    internal static ImageCost Read(string file)
    {
        long[] numbers = [.. File.ReadLines(file).First().Split(' ').Select(static n => long.Parse(n, CultureInfo.InvariantCulture))];
        return new ImageCost((int)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    }
}
