using System.Runtime.InteropServices;
using System.Text;

namespace GpuContainers.Simulator.Nvml;

/// <summary>libdxcore.so of a simulated WSL host: one adapter, whose driver store the answers name. Status 0 is success (d3dkmthk.h).</summary>
internal static unsafe class DxCoreExports
{
    private const int Failure = unchecked((int)0xc0000001);
    private const uint Adapter = 0x40000000;
    private const int DriverVersion = 13, Registry = 48, TextAt = 1064, RegistrySize = 1072;

    [UnmanagedCallersOnly(EntryPoint = "D3DKMTEnumAdapters2")]
    internal static int Enumerate2(byte* query) => Enumerate((uint*)query, query + 8);

    [UnmanagedCallersOnly(EntryPoint = "D3DKMTEnumAdapters3")]
    internal static int Enumerate3(byte* query) => Enumerate((uint*)(query + 8), query + 16);

    [UnmanagedCallersOnly(EntryPoint = "D3DKMTQueryAdapterInfo")]
    internal static int Query(byte* query)
    {
        byte* data = *(byte**)(query + 8);
        uint size = *(uint*)(query + 16);
        if (*(uint*)query != Adapter)
            return Failure;
        switch (*(int*)(query + 4))
        {
            case DriverVersion when size >= 4:
                *(uint*)data = 3100;
                return 0;
            case Registry when size >= RegistrySize:
                return GiveStore(data, size);
            default:
                return Failure;
        }
    }

    private static int Enumerate(uint* count, byte* arrayPointer)
    {
        uint* array = *(uint**)arrayPointer;
        uint found = Library.Known.DriverStore.Length > 0 ? 1u : 0;
        if (array is not null && *count >= found && found > 0)
            (array[0], array[1], array[2], array[3], array[4]) = (Adapter, 1, 0, 1, 0);
        *count = found;
        return 0;
    }

    private static int GiveStore(byte* data, uint size)
    {
        byte[] text = Encoding.UTF32.GetBytes(Library.Known.DriverStore);
        uint* room = (uint*)(data + 1056);
        if (*room >= text.Length && size >= TextAt + text.Length)
            text.CopyTo(new Span<byte>(data + TextAt, text.Length));
        *room = (uint)text.Length;
        *(int*)(data + 1060) = 0;
        return 0;
    }
}
