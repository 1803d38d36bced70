namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>One of the vendor's functions on the PCI bus.</summary>
/// <param name="Address">Its address, such as 0000:18:00.0.</param>
/// <param name="Class">Its class code.</param>
/// <param name="Driver">The kernel driver that has it; empty for none.</param>
internal sealed record PciFunction(string Address, uint Class, string Driver)
{
    internal const string Folder = "/sys/bus/pci/devices";

    /// <summary>Whether it is a GPU: a VGA or 3D controller.</summary>
    public bool IsGpu => Class is 0x030000 or 0x030200;

    /// <summary>Whether it is an NVSwitch: a bridge of no other kind.</summary>
    public bool IsNvSwitch => Class == 0x068000;

    /// <summary>All of them but SR-IOV virtual functions, in the order of their addresses.</summary>
    public static IReadOnlyList<PciFunction> List(Machine machine)
    {
        var found = new List<PciFunction>();
        foreach (string address in machine.Names(Folder))
        {
            string folder = $"{Folder}/{address}";
            if (machine.Line(folder + "/vendor") != "0x10de" || machine.Has(folder + "/physfn"))
                continue;
            string text = machine.Line(folder + "/class");
            _ = uint.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : "", NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out uint kind);
            string driver = HostFile.ReadLink(machine.At(folder + "/driver")) is { } link ? LexicalPath.Base(link) : "";
            found.Add(new PciFunction(address, kind, driver));
        }
        return found;
    }
}
