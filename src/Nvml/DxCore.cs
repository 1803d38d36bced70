using System.Text;

namespace GpuContainers.Nvml;

/// <summary>The GPUs of Windows as WSL shows them, by libdxcore.so.</summary>
public static unsafe class DxCore
{
    private const int AdapterSize = 20;
    private const int QueryBaseSize = 1072;
    private const int LargestValue = 1040;
    private const int OutputOffset = 1064;
    private const int DriverVersionQuery = 13;
    private const int RegistryQuery = 48;
    private const uint OldestDriver = 2700;

    /// <summary>
    /// The folders of the driver store, each once, in the order of the adapters; a reason in <paramref name="error"/> when the library cannot be used.
    /// </summary>
    public static IReadOnlyList<string> DriverStores(nint library, out string error)
    {
        error = "";
        var query = (delegate* unmanaged<byte*, int>)Function(library, "D3DKMTQueryAdapterInfo");
        void* enumerate3 = Function(library, "D3DKMTEnumAdapters3"), enumerate2 = Function(library, "D3DKMTEnumAdapters2");
        if (query is null || (enumerate2 is null && enumerate3 is null))
        {
            error = "failed to initialize dxcore context: libdxcore.so lacks D3DKMTQueryAdapterInfo or D3DKMTEnumAdapters";
            return [];
        }
        var stores = new List<string>();
        foreach (uint adapter in Adapters(enumerate3, hasFilter: true) ?? Adapters(enumerate2, hasFilter: false) ?? [])
        {
            if (IsNewEnough(query, adapter) && Store(query, adapter) is { Length: > 0 } store && !stores.Contains(store))
                stores.Add(store);
        }
        return stores;
    }

    // Two calls: the first counts. Null when the function is not there or fails.
    private static List<uint>? Adapters(void* function, bool hasFilter)
    {
        if (function is null)
            return null;
        var call = (delegate* unmanaged<byte*, int>)function;
        byte* request = stackalloc byte[24];
        int at = hasFilter ? 8 : 0;
        new Span<byte>(request, 24).Clear();
        if (hasFilter)
            *(ulong*)request = 1; // compute-only adapters too
        if (call(request) != 0)
            return null;
        uint count = *(uint*)(request + at);
        if (count is 0 or > 4096)
            return [];
        byte[] records = new byte[count * AdapterSize];
        fixed (byte* start = records)
        {
            *(byte**)(request + at + 8) = start;
            if (call(request) != 0)
                return null;
        }
        var adapters = new List<uint>();
        for (int i = 0; i < Math.Min(count, *(uint*)(request + at)); i++)
            adapters.Add(BitConverter.ToUInt32(records, i * AdapterSize));
        return adapters;
    }

    private static bool IsNewEnough(delegate* unmanaged<byte*, int> query, uint adapter)
    {
        uint version = 0;
        return Query(query, adapter, DriverVersionQuery, (byte*)&version, sizeof(uint)) && version >= OldestDriver;
    }

    // First the size, then the text.
    private static string? Store(delegate* unmanaged<byte*, int> query, uint adapter)
    {
        byte[] data = new byte[QueryBaseSize + LargestValue];
        fixed (byte* start = data)
        {
            *(int*)start = 2; // the driver store path
            if (!Query(query, adapter, RegistryQuery, start, QueryBaseSize))
                return null;
            uint size = *(uint*)(start + 1056);
            if (size is 0 or > LargestValue || !Query(query, adapter, RegistryQuery, start, QueryBaseSize + size))
                return null;
            // UTF-32, whatever the locale (DS-137).
            string text = Encoding.UTF32.GetString(data, OutputOffset, (int)(size / 4 * 4));
            int end = text.IndexOf('\0', StringComparison.Ordinal);
            return end < 0 ? text : text[..end];
        }
    }

    private static bool Query(delegate* unmanaged<byte*, int> query, uint adapter, int type, byte* data, uint size)
    {
        byte* request = stackalloc byte[24];
        new Span<byte>(request, 24).Clear();
        *(uint*)request = adapter;
        *(int*)(request + 4) = type;
        *(byte**)(request + 8) = data;
        *(uint*)(request + 16) = size;
        return query(request) == 0;
    }

    private static void* Function(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint address) ? (void*)address : null;
}
