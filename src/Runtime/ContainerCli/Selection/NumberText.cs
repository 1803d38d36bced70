using System.Globalization;

namespace GpuContainers.Runtime.ContainerCli.Selection;

/// <summary>Numbers in requests: digits and nothing else (CL-68).</summary>
internal static class NumberText
{
    internal static bool TryDecimal(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    internal static bool TryHex(ReadOnlySpan<char> text, out uint number) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
