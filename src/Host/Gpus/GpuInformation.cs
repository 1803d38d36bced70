using System.Globalization;
using System.Text;

namespace GpuContainers.Host.Gpus;

/// <summary>The fields that are used of one <c>/proc/driver/nvidia/gpus/ADDRESS/information</c>.</summary>
/// <param name="Model">The product name; empty when the file has none.</param>
/// <param name="Uuid">The UUID as it stands there; while the driver does not know it yet, question marks.</param>
/// <param name="BusLocation">The PCI address.</param>
/// <param name="Minor">The text of the device minor.</param>
/// <param name="IsExcluded">Whether the driver was told to leave this GPU alone; NVML then does not see it.</param>
public sealed record GpuInformation(string Model, string Uuid, string BusLocation, string Minor, bool IsExcluded)
{
    /// <summary>The most bytes such a file may have; the driver writes a few hundred.</summary>
    public const int MaximumSize = 1 << 16;

    /// <summary>The device minor as a number; null when it is none.</summary>
    public int? DeviceMinor => int.TryParse(Minor, NumberStyles.None, CultureInfo.InvariantCulture, out int minor) ? minor : null;

    /// <summary>The UUID; null while the driver does not know it.</summary>
    public string? KnownUuid => Uuid.Length == 0 || Uuid.Contains('?') ? null : Uuid;

    /// <summary>
    /// Reads the text of the file; what is missing is empty. Each line is split at its first colon, the left part taken as it is, the right one trimmed.
    /// </summary>
    public static GpuInformation Parse(ReadOnlySpan<byte> text)
    {
        string model = "", uuid = "", bus = "", minor = "";
        bool excluded = false;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
                continue;
            ReadOnlySpan<byte> field = line[..colon];
            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t\r\0"u8);
            if (field.SequenceEqual("Model"u8))
                model = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("GPU UUID"u8))
                uuid = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("Bus Location"u8))
                bus = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("Device Minor"u8))
                minor = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("GPU Excluded"u8))
                excluded = value.SequenceEqual("Yes"u8);
        }
        return new GpuInformation(model, uuid, bus, minor, excluded);
    }
}
